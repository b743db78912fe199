#include "dispatch/relay.hpp"

#include <algorithm>

#include "base/gather.hpp"
#include "base/planted.hpp"
#include "wire/log_page.hpp"
#include "wire/record.hpp"

namespace godwit::dispatch {

using std::chrono::milliseconds;

Relay::Relay(LedgerStore& store, Broker& broker, Executor& executor, Settings settings, Log& log, Metrics& metrics)
    : store_(store),
      broker_(broker),
      executor_(executor),
      settings_(settings),
      log_(log),
      pages_(metrics.counter("godwit_relay_pages_total", "Pages of committed messages that both topics have.")),
      failures_(metrics.counter("godwit_relay_failures_total", "Pages that the broker did not take at once.")) {
  metrics.queue({.name = "relay",
                 .metric = "godwit_relay_backlog",
                 .help = "Messages that were committed here and are not known to be on both topics.",
                 .bound = settings_.backlog,
                 .depth = [this] { return backlog(); }});
}

void Relay::take(Shard shard, Position relayed, Position position) {
  drop(shard);
  auto lane = std::make_shared<Lane>();
  lane->relayed = relayed;
  lane->position = position;
  lanes_[shard] = lane;
  backlog_ += position - relayed;
  if (position > relayed) ready_.push_back(shard);
  run_more();
}

void Relay::add(const LogRow& row) {
  const auto& lane = lanes_[row.shard];
  if (!lane) return;
  const bool in_memory = lane->relayed + lane->rows.size() == lane->position;
  if (in_memory && kept_ < settings_.rows_kept) {
    lane->rows.push_back(row.message);
    ++kept_;
  }
  const bool idle = lane->relayed == lane->position && !lane->running;
  lane->position = row.position;
  ++backlog_;
  if (idle) ready_.push_back(row.shard);
  run_more();
}

void Relay::drop(Shard shard) {
  const auto lane = std::exchange(lanes_[shard], nullptr);
  if (!lane) return;
  backlog_ -= lane->position - lane->relayed;
  forget_rows(*lane, lane->rows.size());
  std::erase(ready_, shard);
}

void Relay::forget_rows(Lane& lane, std::size_t count) {
  count = std::min(count, lane.rows.size());
  lane.rows.erase(lane.rows.begin(), lane.rows.begin() + static_cast<std::ptrdiff_t>(count));
  kept_ -= count;
}

void Relay::run_more() {
  while (!stopping_ && running_ < settings_.pages_at_once && !ready_.empty()) {
    const auto shard = ready_.front();
    ready_.pop_front();
    lanes_[shard]->running = true;
    ++running_;
    // What begins here must not run inside the call that found it: its caller is in the middle of a commit.
    executor_.post([this, shard, lane = lanes_[shard]] { spawn(run(shard, lane)); });
  }
}

Task<void> Relay::run(Shard shard, LanePtr lane) {
  const auto mine = [&] { return lanes_[shard] == lane && !stopping_; };
  for (auto pause = settings_.least_pause; mine();) {
    const auto page = co_await next_page(shard, *lane);
    const bool sent = page && mine() && co_await carry(shard, *page);
    if (sent || (planted(Bug::relayed_before_sent) && page)) {
      carried(shard, *lane, *page);
      break;
    }
    if (!mine()) break;
    failures_.add();
    co_await sleep_for(executor_, pause);
    pause = std::min(2 * pause, settings_.most_pause);
  }
  --running_;
  lane->running = false;
  if (lanes_[shard] == lane && lane->relayed < lane->position) ready_.push_back(shard);
  run_more();
}

Task<Result<Relay::Page>> Relay::next_page(Shard shard, Lane& lane) {
  std::vector<MessagePtr> rows;
  if (!lane.rows.empty()) {
    const auto count = std::min(lane.rows.size(), settings_.page_records);
    rows.assign(lane.rows.begin(), lane.rows.begin() + static_cast<std::ptrdiff_t>(count));
  } else {
    CO_TRY(auto read, co_await store_.rows(shard, lane.relayed, settings_.page_records));
    if (read.empty() || read.front().position != lane.relayed + 1) {
      log_.error("relay_rows_missing", {{"shard", shard}, {"after", lane.relayed}});
      co_return fail(Code::internal, "the log lacks rows that were not relayed");
    }
    for (auto& row : read) rows.push_back(std::move(row.message));
  }
  std::vector<std::string> records;
  std::size_t bytes = 0;
  for (const auto& message : rows) {
    auto record = wire::encode_record(*message);
    if (!records.empty() && bytes + record.size() > settings_.page_bytes) break;
    bytes += record.size();
    records.push_back(std::move(record));
  }
  const auto first = lane.relayed + 1;
  co_return Page{.first = first, .count = records.size(), .body = wire::encode_log_page(shard, first, records)};
}

Task<bool> Relay::carry(Shard shard, const Page& page) {
  Gather<bool> both;
  both.start(send(Topic::store, shard, page));
  both.start(send(Topic::offline, shard, page));
  const auto sent = co_await both.all();
  co_return sent[0] && sent[1];
}

Task<bool> Relay::send(Topic topic, Shard shard, const Page& page) {
  const auto sent = co_await broker_.send(topic, std::to_string(shard) + "/" + std::to_string(page.first), page.body);
  if (!sent)
    log_.warn("relay_page_not_sent",
              {{"topic", topic == Topic::store ? "store" : "offline"}, {"shard", shard}, {"first", page.first}});
  co_return sent.has_value();
}

void Relay::carried(Shard shard, Lane& lane, const Page& page) {
  pages_.add();
  const auto upto = page.first + page.count - 1;
  moved_[shard] = upto;
  if (!std::exchange(moving_, true)) spawn(move_positions());
  if (lanes_[shard].get() != &lane) return;
  forget_rows(lane, page.count);
  lane.relayed = upto;
  backlog_ -= page.count;
}

/// The store learns of positions late, and of many at once: what it does not know yet is carried again after a crash.
Task<void> Relay::move_positions() {
  while (!moved_.empty()) {
    co_await sleep_for(executor_, settings_.moving);
    auto moved = std::exchange(moved_, {});
    if (co_await store_.set_relayed({moved.begin(), moved.end()})) continue;
    moved_.merge(moved);  // a later position of the same shard stays
    if (stopping_) break;
  }
  moving_ = false;
}

Task<void> Relay::stop() {
  stopping_ = true;
  while (running_ > 0 || moving_) co_await sleep_for(executor_, milliseconds(10));
}

}  // namespace godwit::dispatch
