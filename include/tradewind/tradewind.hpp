/// Tradewind: schema migrations for databases that hold money. This header includes the whole API.
///
///     #include <tradewind/tradewind.hpp>
///
///     int main() {
///       auto database = tradewind::init_database("sqlite:trades.db", tradewind::Source::pack("titan"));
///       // every pending migration is applied, or this line was never reached
///     }
#pragma once

#include <tradewind/backup.hpp>
#include <tradewind/database.hpp>
#include <tradewind/doctor.hpp>
#include <tradewind/error.hpp>
#include <tradewind/journal.hpp>
#include <tradewind/ledger.hpp>
#include <tradewind/maintain.hpp>
#include <tradewind/migrator.hpp>
#include <tradewind/observer.hpp>
#include <tradewind/plan.hpp>
#include <tradewind/process.hpp>
#include <tradewind/project.hpp>
#include <tradewind/reader.hpp>
#include <tradewind/schema.hpp>
#include <tradewind/seed.hpp>
#include <tradewind/setup.hpp>
#include <tradewind/source.hpp>
#include <tradewind/store.hpp>
#include <tradewind/version.hpp>
