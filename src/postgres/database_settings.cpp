#include "postgres/database_settings.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace tradewind::postgres {
namespace {

constexpr std::string_view placeholder = "{database}";

/// Versions differ in the columns of pg_database: as JSON, one that is not there is null.
constexpr const char* creation =
    "SELECT format('CREATE DATABASE {database} TEMPLATE template0 ENCODING %L LC_COLLATE %L LC_CTYPE %L%s',"
    " pg_encoding_to_char(encoding), datcollate, datctype,"
    " CASE to_jsonb(d) ->> 'datlocprovider'"
    " WHEN 'i' THEN format(' LOCALE_PROVIDER icu ICU_LOCALE %L',"
    "   coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale'))"
    " WHEN 'b' THEN format(' LOCALE_PROVIDER builtin BUILTIN_LOCALE %L', to_jsonb(d) ->> 'datlocale')"
    " ELSE '' END)"
    " FROM pg_database d WHERE datname = current_database()";

/// These hold lists that are quoted already.
constexpr const char* settings =
    "SELECT format('ALTER %s SET %I TO %s',"
    " CASE WHEN setrole = 0 THEN 'DATABASE {database}'"
    "   ELSE format('ROLE %I IN DATABASE {database}', pg_get_userbyid(setrole)) END,"
    " name, CASE WHEN name IN ('search_path', 'temp_tablespaces', 'local_preload_libraries',"
    "   'session_preload_libraries') THEN coalesce(nullif(value, ''), '''''') ELSE quote_literal(value) END)"
    " FROM pg_db_role_setting, unnest(setconfig) AS one,"
    " LATERAL (SELECT split_part(one, '=', 1) AS name, substr(one, strpos(one, '=') + 1) AS value) AS parts"
    " WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database()) ORDER BY 1";

constexpr const char* limit =
    "SELECT format('ALTER DATABASE {database} CONNECTION LIMIT %s', datconnlimit) FROM pg_database"
    " WHERE datname = current_database() AND datconnlimit >= 0";

constexpr const char* comment =
    "SELECT format('COMMENT ON DATABASE {database} IS %L', shobj_description(oid, 'pg_database'))"
    " FROM pg_database WHERE datname = current_database()"
    " AND shobj_description(oid, 'pg_database') IS NOT NULL";

constexpr const char* owner =
    "SELECT format('ALTER DATABASE {database} OWNER TO %I', pg_get_userbyid(datdba)) FROM pg_database"
    " WHERE datname = current_database()";

constexpr const char* grants =
    "SELECT text FROM (SELECT 0 AS place, 'REVOKE ALL ON DATABASE {database} FROM PUBLIC' AS text"
    " FROM pg_database WHERE datname = current_database() AND datacl IS NOT NULL UNION ALL"
    " SELECT 1, format('GRANT %s ON DATABASE {database} TO %s%s', privilege_type,"
    " CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END,"
    " CASE WHEN is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)"
    " FROM pg_database, aclexplode(datacl) WHERE datname = current_database()) AS all_of_them"
    " ORDER BY place, text";

}  // namespace

std::vector<std::string> database_settings(database::Connection& connection) {
  std::vector<std::string> result;
  for (const char* query : {creation, settings, limit, comment, owner, grants}) {
    const database::Rows rows = connection.query(query);
    for (std::size_t i = 0; i < rows.size(); ++i) result.emplace_back(rows.text(i, 0));
  }
  return result;
}

std::vector<std::string> without_owner(const std::vector<std::string>& settings_of_it) {
  std::vector<std::string> result;
  for (const std::string& text : settings_of_it) {
    const bool about_roles = text.starts_with("GRANT ") || text.starts_with("REVOKE ") ||
                             text.starts_with("ALTER ROLE ") ||
                             text.starts_with("ALTER DATABASE {database} OWNER ");
    if (!about_roles) result.push_back(text);
  }
  return result;
}

std::string about_database(std::string text, std::string_view name) {
  const std::size_t at = text.find(placeholder);
  if (at != std::string::npos) text.replace(at, placeholder.size(), base::quoted(name));
  return text;
}

}  // namespace tradewind::postgres
