#include <cstdio>
#include <memory>
#include <stdexcept>

#include "sockets.hpp"

namespace bench {
namespace {

constexpr std::uint64_t kWaiting = 10'000;  // messages of a group, for a member who was away
constexpr int kSenders = 64;

std::size_t count_of(std::string_view text, std::string_view what) {
  std::size_t count = 0;
  for (auto at = text.find(what); at != std::string_view::npos; at = text.find(what, at + what.size())) ++count;
  return count;
}

/// The cursor of the page behind this one; "": there is none.
std::string next_of(std::string_view page) {
  static constexpr std::string_view kNext = R"("next":")";
  const auto at = page.rfind(kNext);
  if (at == std::string_view::npos) return {};
  const auto begin = at + kNext.size();
  return std::string(page.substr(begin, page.find('"', begin) - begin));
}

void fill(const Options& options, Driver& driver, const std::string& token, const std::string& group) {
  const std::string text(static_cast<std::size_t>(options.text_bytes), 'x');
  const std::string json = R"({"type":102,"msgReceiver":")" + group + R"(","msg":")" + text + "\"}";
  std::uint64_t sent = 0, answered = 0;
  std::vector<std::unique_ptr<HttpSender>> senders(kSenders);
  std::vector<HttpSender*> idle;
  for (auto& sender : senders) {
    sender = std::make_unique<HttpSender>(options, token, [&, own = &sender](int status, std::string_view body) {
      if (status != 201) throw std::runtime_error("send answered " + std::to_string(status) + " " + std::string(body));
      ++answered;
      idle.push_back(own->get());
    });
    driver.add(*sender);
    idle.push_back(sender.get());
  }
  const auto done = [&] {
    for (; sent < kWaiting && !idle.empty(); ++sent) {
      auto* const sender = idle.back();
      idle.pop_back();
      sender->post("/v1/messages", json);
    }
    return answered == kWaiting;
  };
  driver.until(done, 60, "the answers to what is to be pulled");
}

}  // namespace

/// One device that was away pulls its whole inbox, page by page, again and again: it acknowledges nothing.
int measure_pull(const Options& options) {
  const auto tokens = lines_of(options.data, "tokens");
  const auto groups = lines_of(options.data, "groups");
  const std::size_t group = groups.size() > 1 ? 1 : 0;  // the members of group i are the users i, i + G, i + 2G, …
  Driver driver;
  fill(options, driver, tokens.at(group), groups.at(group));

  const auto& reader = tokens.at(group + groups.size());
  std::uint64_t entries = 0, rounds = 0;
  bool answered = true;
  std::string next;
  HttpSender puller(options, "", [&](int status, std::string_view body) {
    if (status != 200) throw std::runtime_error("a pull answered " + std::to_string(status) + " " + std::string(body));
    entries += count_of(body, R"("type":102)");
    next = next_of(body);
    rounds += next.empty();
    answered = true;
  });
  driver.add(puller);
  const double cpu = cpu_seconds(options.pids), start = now(), end = start + options.seconds;
  while (now() < end) {
    answered = false;
    puller.get("/v1/offline?limit=1000" + (next.empty() ? "" : "&cursor=" + next), reader);
    driver.until([&] { return answered; }, 30, "a page of the inbox");
  }
  const double took = now() - start, used = cpu_seconds(options.pids) - cpu;
  const auto count = static_cast<double>(entries);
  std::printf("pull rounds=%llu entries=%llu per_second=%.0f per_cpu_second=%.0f\n",
              static_cast<unsigned long long>(rounds), static_cast<unsigned long long>(entries), count / took,
              used > 0 ? count / used : 0);
  return 0;
}

}  // namespace bench
