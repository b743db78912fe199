#include <algorithm>

#include "base/planted.hpp"
#include "bus/broker_bus.hpp"
#include "bus/letter_place.hpp"
#include "wire/record.hpp"

namespace godwit::bus {

using dispatch::Topic;

namespace {
constexpr std::size_t kMostRefused = 1024;      // messages whose refusals are counted
constexpr std::size_t kPageKept = 256U << 10U;  // bytes of a page that nobody can read

void add_readable(std::vector<MessagePtr>& to, const std::vector<wire::LogPage>& pages) {
  for (const auto& page : pages)
    std::ranges::copy_if(page.messages, std::back_inserter(to), [](const MessagePtr& one) { return one != nullptr; });
}
}  // namespace

Task<void> BrokerBus::run(Topic topic) {
  while (!stopping_.load()) {
    auto got = co_await ports_.broker.receive(topic, settings_.deliveries, settings_.wait, settings_.invisible);
    if (got && !got->empty())
      co_await take(topic, std::move(*got));
    else if (!stopping_.load())
      co_await sleep_for(ports_.executor, got ? settings_.idle : settings_.away);
  }
}

/// All deliveries as one batch, as long as nothing is wrong with it. What is not done here is not acknowledged: it
/// comes again.
Task<void> BrokerBus::take(Topic topic, std::vector<dispatch::Delivery> deliveries) {
  std::vector<Taken> taken, done;
  std::vector<std::string> unreadable;
  std::vector<MessagePtr> messages;
  for (auto& delivery : deliveries) {
    auto pages = wire::decode_log_pages(delivery.body);
    if (!pages) {
      if (co_await put_body_aside(topic, std::move(delivery.body), pages.error().detail))
        unreadable.push_back(std::move(delivery.receipt));
      continue;
    }
    if (!co_await put_broken_aside(topic, *pages)) continue;
    add_readable(messages, *pages);
    taken.push_back({.pages = std::move(*pages), .receipt = std::move(delivery.receipt)});
  }
  if (!unreadable.empty()) (void)co_await ports_.broker.acknowledge(topic, std::move(unreadable));
  if (taken.empty()) co_return;
  if (planted(Bug::acknowledge_before_write)) co_await acknowledge(topic, taken);
  if (co_await hand_over(topic, messages)) {
    done = std::move(taken);
  } else {
    for (auto& one : taken) {
      bool whole = true;
      for (const auto& page : one.pages) whole = co_await sift(topic, page) && whole;
      if (whole) done.push_back(std::move(one));
    }
  }
  co_await acknowledge(topic, done);
}

Task<bool> BrokerBus::hand_over(Topic topic, const std::vector<MessagePtr>& messages) {
  for (int tried = 1;; ++tried) {
    const auto took = messages.empty() ? Result<void>() : co_await handlers_[static_cast<std::size_t>(topic)](messages);
    if (took) co_return true;
    log_.warn("bus_handler_failed", {{"code", info(took.error().code).name}, {"detail", took.error().detail}});
    if (took.error().code != Code::unavailable || tried >= settings_.tries || stopping_.load()) co_return false;
    co_await sleep_for(ports_.executor, settings_.pause);
  }
}

/// Each message by itself: one that is refused is put aside; one that the store does not take now, while it takes
/// others, has so many attempts. True: nothing of the page is left to do.
Task<bool> BrokerBus::sift(Topic topic, const wire::LogPage& page) {
  bool whole = true, took = false;
  std::vector<std::pair<std::size_t, std::string>> late;
  for (std::size_t i = 0; i < page.messages.size() && !stopping_.load(); ++i) {
    if (!page.messages[i]) continue;
    const auto taken = co_await handlers_[static_cast<std::size_t>(topic)](std::span(&page.messages[i], 1));
    took = took || taken.has_value();
    if (taken) continue;
    auto reason = std::string(info(taken.error().code).name) + ": " + taken.error().detail;
    if (taken.error().code == Code::unavailable) {
      late.emplace_back(i, std::move(reason));
      if (!took) co_return false;  // the store is away: it is not asked about each
    } else if (!co_await put_aside(topic, page, i, std::move(reason))) {
      whole = false;
    }
  }
  for (auto& [i, reason] : late) {
    const Place place{topic, {page.shard, page.first + i}};
    if (refusals_.size() >= kMostRefused && !refusals_.contains(place)) refusals_.erase(refusals_.begin());
    const bool given_up = took && ++refusals_[place] >= settings_.refusals;
    if (!given_up || !co_await put_aside(topic, page, i, std::move(reason))) whole = false;
    if (given_up) refusals_.erase(place);
  }
  co_return whole && !stopping_.load();
}

/// Which rows it had nobody knows: none is counted, so they are read from the ledger (catch_up.cpp). Only what would
/// come again for ever is kept for an operator.
Task<bool> BrokerBus::put_body_aside(Topic topic, std::string body, std::string wrong) {
  const auto place = letter_of_page(body);
  if (body.size() > kPageKept) body.resize(kPageKept);
  const auto kept = co_await ports_.dead_letters.add({.place = {.topic = topic, .offset = place},
                                                      .time = 0,
                                                      .reason = "a page of the broker: " + wrong,
                                                      .record = std::move(body)});
  if (!kept) co_return false;
  unreadable_.add();
  log_.error("bus_page_unreadable", {{"reason", wrong}, {"offset", place}});
  co_return true;
}

Task<bool> BrokerBus::put_broken_aside(Topic topic, const std::vector<wire::LogPage>& pages) {
  for (const auto& page : pages)
    for (std::size_t i = 0; i < page.messages.size(); ++i)
      if (!page.messages[i] && !co_await put_aside(topic, page, i, "the record does not decode")) co_return false;
  co_return true;
}

Task<bool> BrokerBus::put_aside(Topic topic, const wire::LogPage& page, std::size_t at, std::string reason) {
  const auto& message = page.messages[at];
  const auto kept =
      co_await ports_.dead_letters.add({.place = {.topic = topic, .offset = letter_of_row(page.shard, page.first + at)},
                                        .time = 0,
                                        .reason = std::move(reason),
                                        .record = message ? wire::encode_record(*message) : std::string()});
  co_return kept.has_value();
}

/// Only now, and in this order: readers believe what is counted, and the broker forgets what is acknowledged.
Task<void> BrokerBus::acknowledge(Topic topic, const std::vector<Taken>& done) {
  if (done.empty()) co_return;
  std::vector<AppliedRange> ranges;
  std::vector<std::string> receipts;
  for (const auto& [pages, receipt] : done) {
    for (const auto& page : pages) {
      const auto first = planted(Bug::applied_ahead_of_hole) ? 1 : page.first;
      ranges.push_back({.shard = page.shard, .first = first, .last = page.first + page.messages.size() - 1});
    }
    receipts.push_back(receipt);
  }
  const auto pages = ranges.size();
  if (!co_await ports_.applied.add(topic, std::move(ranges))) co_return;
  pages_.add(pages);
  (void)co_await ports_.broker.acknowledge(topic, std::move(receipts));
}

}  // namespace godwit::bus
