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
      bodies_(metrics.counter("godwit_relay_bodies_total",
                              "Broker messages that these pages were sent in, of each topic.")),
      failures_(metrics.counter("godwit_relay_failures_total", "Broker messages that it did not take at once.")) {
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
  const bool all_kept = lane->relayed + lane->rows.size() == lane->position;
  if (all_kept && kept_ < settings_.rows_kept) {
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

/// While a body is on its way, or has just begun, the next one gathers rows, unless it is full.
bool Relay::may_begin() const {
  if (stopping_ || ready_.empty() || running_ >= settings_.bodies_at_once) return false;
  if (running_ == 0 && !gathering_) return true;
  std::size_t rows = 0;
  for (auto shard = ready_.begin(); shard != ready_.end() && rows < settings_.body_records; ++shard)
    rows += lanes_[*shard]->position - lanes_[*shard]->relayed;
  return rows >= settings_.body_records;
}

void Relay::run_more() {
  if (beginning_ || !may_begin()) return;
  beginning_ = true;
  // Not inside the call that found it: its caller is in the middle of a commit, whose other rows share the body.
  executor_.post([this] {
    beginning_ = false;
    while (may_begin()) {
      ++running_;
      if (!std::exchange(gathering_, true)) spawn(gather());
      spawn(run(take_ready()));
    }
  });
}

Task<void> Relay::gather() {
  ++resting_;
  co_await sleep_for(executor_, settings_.gathering);
  --resting_;
  gathering_ = false;
  run_more();
}

/// Lanes with as many rows as a body may have.
Relay::Pages Relay::take_ready() {
  Pages pages;
  for (std::size_t rows = 0; !ready_.empty() && rows < settings_.body_records;) {
    const auto shard = ready_.front();
    ready_.pop_front();
    const auto& lane = lanes_[shard];
    lane->running = true;
    rows += lane->position - lane->relayed;
    pages.push_back({.shard = shard, .lane = lane});
  }
  return pages;
}

Task<void> Relay::run(Pages pages) {
  const auto lost = [this](const Page& page) { return lanes_[page.shard] != page.lane; };
  for (auto pause = settings_.least_pause; !stopping_; pause = std::min(2 * pause, settings_.most_pause)) {
    std::erase_if(pages, lost);
    const auto body = co_await next_body(pages);
    if (pages.empty()) break;
    if (co_await carry(pages, body) || planted(Bug::relayed_before_sent)) {
      bodies_.add();
      for (const auto& page : pages) carried(page);
      break;
    }
    failures_.add();
    co_await sleep_for(executor_, pause);
  }
  --running_;
  for (const auto& page : pages) give_back(page);
  run_more();
}

void Relay::give_back(const Page& page) {
  const auto& lane = page.lane;
  lane->running = false;
  if (lanes_[page.shard] == lane && lane->relayed < lane->position) ready_.push_back(page.shard);
}

/// The store does not give its rows: the others go on meanwhile.
Task<void> Relay::rest(Page page) {
  ++resting_;
  co_await sleep_for(executor_, settings_.most_pause);
  --resting_;
  give_back(page);
  run_more();
}

/// What comes next of each lane, as long as the body has room; a lane that finds none has a page of no rows, one that
/// cannot be read is a page no more.
Task<std::string> Relay::next_body(Pages& pages) {
  Gather<bool> reads;
  for (auto& page : pages) reads.start(read(page));
  const auto readable = co_await reads.all();
  std::string body;
  Pages kept;
  std::size_t room = settings_.body_records;
  for (std::size_t i = 0; i < pages.size(); ++i) {
    auto& page = pages[i];
    if (!readable[i]) {
      failures_.add();
      spawn(rest(std::move(page)));
      continue;
    }
    room -= add_page(page, body, room);
    kept.push_back(std::move(page));
  }
  pages = std::move(kept);
  co_return body;
}

Task<bool> Relay::read(Page& page) {
  const auto& lane = *page.lane;
  page.first = lane.relayed + 1;
  const auto count = static_cast<std::ptrdiff_t>(std::min(lane.rows.size(), settings_.body_records));
  page.rows.assign(lane.rows.begin(), lane.rows.begin() + count);
  if (count > 0) co_return true;
  auto read = co_await store_.rows(page.shard, lane.relayed, settings_.body_records);
  if (!read) co_return false;
  if (read->empty() || read->front().position != page.first) {
    log_.error("relay_rows_missing", {{"shard", page.shard}, {"after", lane.relayed}});
    co_return false;
  }
  for (auto& row : *read) page.rows.push_back(std::move(row.message));
  co_return true;
}

/// At most so many rows, and none that makes the body too large, but for the first of all; how many.
std::size_t Relay::add_page(Page& page, std::string& body, std::size_t room) {
  std::vector<std::string> records;
  std::size_t bytes = body.size();
  for (const auto& message : page.rows) {
    auto record = wire::encode_record(*message);
    if (records.size() == room || (bytes > 0 && bytes + record.size() > settings_.body_bytes)) break;
    bytes += record.size();
    records.push_back(std::move(record));
  }
  page.rows.clear();
  page.count = records.size();
  if (!records.empty()) body += wire::encode_log_page(page.shard, page.first, records);
  return page.count;
}

Task<bool> Relay::carry(const Pages& pages, const std::string& body) {
  Gather<bool> both;
  both.start(send(Topic::store, pages, body));
  both.start(send(Topic::offline, pages, body));
  const auto sent = co_await both.all();
  co_return sent[0] && sent[1];
}

Task<bool> Relay::send(Topic topic, const Pages& pages, const std::string& body) {
  const auto& first = pages.front();
  const auto key = std::to_string(first.shard) + "/" + std::to_string(first.first);
  const auto sent = co_await broker_.send(topic, key, body);
  if (!sent)
    log_.warn("relay_pages_not_sent", {{"topic", topic == Topic::store ? "store" : "offline"},
                                       {"pages", pages.size()},
                                       {"shard", first.shard},
                                       {"first", first.first}});
  co_return sent.has_value();
}

void Relay::carried(const Page& page) {
  if (page.count == 0) return;
  pages_.add();
  const auto upto = page.first + page.count - 1;
  moved_[page.shard] = upto;
  if (!std::exchange(moving_, true)) spawn(move_positions());
  if (lanes_[page.shard] != page.lane) return;
  forget_rows(*page.lane, page.count);
  page.lane->relayed = upto;
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
  while (running_ > 0 || resting_ > 0 || moving_) co_await sleep_for(executor_, milliseconds(10));
}

}  // namespace godwit::dispatch
