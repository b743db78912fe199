#pragma once
#include <array>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "engine/mysql/accounts_backend.hpp"
#include "engine/mysql/accounts_fixture.hpp"
#include "engine/soci/store.hpp"
#include "live/free_port.hpp"

/// For live tests: accounts through a proxy that shards.
namespace godwit::mysql::testing {

/// A ShardingSphere-Proxy of the test's own before `databases`, whose tables must stand: it knows those that it finds
/// when it starts. Stopped and removed at the end. The test runs in the root of the project.
class OwnProxy {
 public:
  explicit OwnProxy(const std::vector<Settings>& databases) {
    std::string place = std::filesystem::temp_directory_path() / "godwit-shardingsphere-XXXXXX";
    REQUIRE(::mkdtemp(place.data()) != nullptr);
    data_ = place;
    std::string shards;
    for (const auto& one : databases) shards += one.address + "/" + one.database + " ";
    settings_ = {.address = "127.0.0.1:" + std::to_string(live::free_port()),
                 .user = databases.front().user,
                 .password = databases.front().password,
                 .database = "im"};
    REQUIRE_MESSAGE(recipe("start", "SHARDINGSPHERE_SHARDS='" + shards + "' ") == 0,
                    "the proxy does not start: see " << data_);
  }
  OwnProxy(const OwnProxy&) = delete;
  OwnProxy& operator=(const OwnProxy&) = delete;
  ~OwnProxy() {
    (void)recipe("stop", {});
    std::filesystem::remove_all(data_);
  }

  [[nodiscard]] const Settings& settings() const { return settings_; }

 private:
  [[nodiscard]] int recipe(const std::string& verb, const std::string& variables) const {
    const auto port = settings_.address.substr(settings_.address.rfind(':') + 1);
    const auto command = variables + "SHARDINGSPHERE_DATA=" + data_.string() + " SHARDINGSPHERE_PORT=" + port +
                         " SHARDINGSPHERE_USER=" + settings_.user + " SHARDINGSPHERE_PASSWORD=" + settings_.password +
                         " SHARDINGSPHERE_SCHEMA=" + settings_.database + " deploy/engines/shardingsphere/" + verb +
                         " > " + data_.string() + "/recipe.out 2>&1";
    return std::system(command.c_str());
  }

  std::filesystem::path data_;
  Settings settings_;
};

/// The user role's store over two databases, by the proxy.
class ShardedAccounts {
 public:
  static constexpr std::size_t kWriters = 6;

  [[nodiscard]] user::Store& store() { return store_; }
  [[nodiscard]] const Settings& proxy() const { return proxy_.settings(); }
  [[nodiscard]] const Settings& database(std::size_t number) const { return databases_[number].settings(); }
  [[nodiscard]] std::uint64_t runs_again() { return metrics_.counter("godwit_accounts_run_again_total", "").value(); }

  /// The database itself is asked, not the proxy: rows of `table` where `column` is `key`, in each.
  [[nodiscard]] std::array<std::uint64_t, 2> rows(std::string_view table, std::string_view column,
                                                  std::string_view key) const {
    std::array<std::uint64_t, 2> found{};
    for (std::size_t i = 0; i < 2; ++i) {
      auto done = good(databases_[i].connect().run("SELECT COUNT(*) FROM " + std::string(table) + " WHERE " +
                                                   std::string(column) + " = '" + std::string(key) + "'"));
      auto& row = done.back().rows;
      REQUIRE(row.next());
      found[i] = row.number(0);
    }
    return found;
  }
  /// The one database that has such rows; there must be one, and one alone.
  [[nodiscard]] std::size_t home(std::string_view table, std::string_view column, std::string_view key) const {
    const auto found = rows(table, column, key);
    INFO(table << " of " << key << ": " << found[0] << " and " << found[1]);
    REQUIRE((found[0] == 0) != (found[1] == 0));
    return found[0] == 0 ? 1 : 0;
  }
  [[nodiscard]] bool nowhere(std::string_view table, std::string_view column, std::string_view key) const {
    return rows(table, column, key) == std::array<std::uint64_t, 2>{};
  }

 private:
  std::vector<Settings> with_tables() {
    std::vector<Settings> settings;
    for (const auto& database : databases_) {
      {
        const OpenedAccounts makes_the_tables(database.settings());
      }
      forget_references(database.connect());
      settings.push_back(database.settings());
    }
    return settings;
  }
  /// A foreign key does not reach into another database. (MySQL 8 reads over those of our schema.)
  static void forget_references(Connection connection) {
    auto found =
        good(connection.run("SELECT table_name, constraint_name FROM information_schema.table_constraints "
                            "WHERE constraint_schema = DATABASE() AND constraint_type = 'FOREIGN KEY'"));
    REQUIRE(found.back().rows.size() > 0);
    for (auto& rows = found.back().rows; rows.next();)
      good(connection.run("ALTER TABLE " + std::string(rows.text(0)) + " DROP FOREIGN KEY " +
                          std::string(rows.text(1))));
  }

  std::array<ScratchDatabase, 2> databases_;
  OwnProxy proxy_{with_tables()};
  Log log_{-1};
  Metrics metrics_;
  engine::soci::SociStore store_{[this](engine::soci::SociConnection::Mode) { return open_as_it_is(proxy()); },
                                 {.readers = 2, .writers = kWriters},
                                 log_,
                                 metrics_};
};

}  // namespace godwit::mysql::testing
