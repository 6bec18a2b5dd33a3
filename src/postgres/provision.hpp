#pragma once

#include "database/provision.hpp"

namespace tradewind::postgres {

const database::Provisioner& provisioner();

}  // namespace tradewind::postgres
