#include "engine/mysql/ledger_store.hpp"

#include <algorithm>

#include "engine/mysql/ledger_statements.hpp"
#include "wire/record.hpp"

namespace godwit::mysql {

using dispatch::Outcome;

namespace {
constexpr std::size_t kCommitsWaiting = 64, kOthersWaiting = 1024;

std::string label_of(const Settings& settings) {
  return "database=\"" + settings.address + "/" + settings.database + "\"";
}

/// The rows of one statement: what stands in the first column, and the record in the second.
Answer<std::vector<std::pair<std::uint64_t, MessagePtr>>> numbered_records(Connection& connection,
                                                                           const std::string& packet) {
  TRY(auto done, connection.run(packet));
  std::vector<std::pair<std::uint64_t, MessagePtr>> found;
  for (auto& rows = done.front().rows; rows.next();) {
    auto message = wire::decode_record(rows.text(1));
    if (!message) return std::unexpected(Failure{.words = "ledger_log: " + message.error().detail});
    found.emplace_back(rows.number(0), std::make_shared<Message>(std::move(*message)));
  }
  return found;
}
}  // namespace

LedgerStore::LedgerStore(std::string name, const Settings& settings, Log& log, Metrics& metrics)
    : name_(std::move(name)),
      commit_seconds_(metrics.histogram("godwit_ledger_store_commit_seconds",
                                        "The ledger's transactions, from the packet to its answer.",
                                        label_of(settings))),
      commits_("ledger-commit", kCommitConnections, kCommitsWaiting, settings, log),
      others_("ledger-read", settings.connections, kOthersWaiting, settings, log) {
  metrics.queue({.name = "ledger-commit",
                 .metric = "godwit_ledger_store_commits_waiting",
                 .help = "Transactions of the ledger that wait for its thread.",
                 .labels = label_of(settings),
                 .bound = kCommitsWaiting,
                 .depth = [this] { return commits_.waiting(); }});
  metrics.queue({.name = "ledger-read",
                 .metric = "godwit_ledger_store_calls_waiting",
                 .help = "Other calls of the ledger's store that wait for a thread.",
                 .labels = label_of(settings),
                 .bound = kOthersWaiting,
                 .depth = [this] { return others_.waiting(); }});
}

Result<std::unique_ptr<LedgerStore>> LedgerStore::open(const Settings& settings, Random& random, Log& log,
                                                       Metrics& metrics, const Shards& shards) {
  const auto wrong = [&](const Failure& failure) {
    return fail(Code::unavailable, settings.address + "/" + settings.database + ": " + failure.words);
  };
  auto connection = Connection::open(settings);
  if (!connection) return wrong(connection.error());
  auto name = prepare_ledger(*connection, random.id(26), shards);
  if (!name) return wrong(name.error());
  return std::unique_ptr<LedgerStore>(new LedgerStore(std::move(*name), settings, log, metrics));
}

Task<Result<dispatch::Roll>> LedgerStore::attend(dispatch::Attendance attendance) {
  co_return co_await others_.run(
      [packet = attend_packet(attendance)](Connection& connection) -> Answer<dispatch::Roll> {
        TRY(auto done, connection.run(packet));
        return roll_of(done);
      },
      "attend");
}

Task<Result<dispatch::Known>> LedgerStore::look_up(dispatch::LookUp what) {
  if (what.sent.empty() && what.heads.empty() && !what.shards) co_return dispatch::Known{};
  co_return co_await others_.run([packet = look_up_packet(what)](Connection& connection) -> Answer<dispatch::Known> {
    TRY(auto done, connection.run(packet));
    return known_of(done.front().rows);
  });
}

Task<Result<Outcome>> LedgerStore::commit(dispatch::Batch batch) {
  co_return co_await commits_.run([packet = commit_packet(batch), this](Connection& connection) -> Answer<Outcome> {
    const auto began = std::chrono::steady_clock::now();
    const auto done = connection.run(packet);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    commit_seconds_.observe(took.count());
    if (done) return Outcome::committed;
    const auto trouble = done.error().trouble;
    if (trouble != Trouble::rows && trouble != Trouble::duplicate) return std::unexpected(done.error());
    TRY(auto undone, connection.run("ROLLBACK"));
    return trouble == Trouble::rows ? Outcome::fenced : Outcome::conflict;
  });
}

Task<Result<std::vector<dispatch::LogRow>>> LedgerStore::rows(Shard shard, Position after, std::size_t limit) {
  using Found = std::vector<dispatch::LogRow>;
  co_return co_await others_.run(
      [packet = rows_packet(shard, after, limit), shard](Connection& connection) -> Answer<Found> {
        TRY(auto records, numbered_records(connection, packet));
        Found found;
        for (auto& [position, message] : records)
          found.push_back({.shard = shard, .position = position, .message = std::move(message)});
        return found;
      },
      "rows");
}

Task<Result<std::vector<MessagePtr>>> LedgerStore::tail(dispatch::Stretch stretch) {
  using Found = std::vector<MessagePtr>;
  const bool newest = stretch.newest;
  co_return co_await others_.run(
      [packet = tail_packet(stretch), newest](Connection& connection) -> Answer<Found> {
        TRY(auto records, numbered_records(connection, packet));
        Found found;
        for (auto& [seq, message] : records) found.push_back(std::move(message));
        if (newest) std::ranges::reverse(found);
        return found;
      },
      "tail");
}

Task<Result<std::vector<dispatch::Stay>>> LedgerStore::stays(dispatch::StaysOf whose) {
  using Found = std::vector<dispatch::Stay>;
  if (!whose.user && whose.conversations.empty()) co_return Found();
  co_return co_await others_.run([packet = stays_packet(whose)](Connection& connection) -> Answer<Found> {
    TRY(auto done, connection.run(packet));
    return stays_of(done.front().rows);
  });
}

Task<Result<void>> LedgerStore::set_relayed(std::vector<std::pair<Shard, Position>> positions) {
  if (positions.empty()) co_return Result<void>{};
  CO_CHECK(co_await others_.run(
      [packet = relayed_packet(positions)](Connection& connection) { return connection.run(packet); }));
  co_return Result<void>{};
}

}  // namespace godwit::mysql
