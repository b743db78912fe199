#include <signal.h>

#include <array>
#include <cstdio>
#include <deque>
#include <memory>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "sockets.hpp"

namespace bench {
namespace {

constexpr double kSpread = 1.0;       // seconds over which clients come back, as the SDK spreads them
constexpr double kAgain = 0.5;        // after a refusal
constexpr std::size_t kPullers = 64;  // HTTP connections for the pulls

/// One person's socket, opened again when it ends; and what a moment has still to do.
class Crowd {
 public:
  explicit Crowd(const Options& options) : options_(options), tokens_(lines_of(options.data, "tokens")) {
    people_.resize(static_cast<std::size_t>(options.connections));
    for (std::size_t i = 0; i < kPullers; ++i) add_puller(i);
  }

  void open_all() {
    const auto limit = now() + 240;
    for (std::size_t opened = 0; pulled_ < people_.size();) {
      while (opened < people_.size() && opened - pulled_ < 256) open(opened++);
      turn();
      if (now() > limit) throw std::runtime_error("timed out: 201 on every socket, and its inbox");
    }
  }

  /// Seconds until everybody who lost a socket has one again, its 201, and the first page of the inbox.
  double until_back(double limit) {
    pulled_ = 0;
    const auto start = now();
    while (ended_ == 0 || pulled_ < ended_) {
      turn();
      if (now() - start > limit)
        throw std::runtime_error(std::to_string(pulled_) + " of " + std::to_string(ended_) + " are back");
    }
    return now() - start;
  }

  [[nodiscard]] std::size_t ended() const { return ended_; }
  [[nodiscard]] std::size_t refused() const { return refused_; }

 private:
  /// Reads whoever is ready, and opens whoever is to come again.
  void turn() {
    driver_.step(2);
    while (!due_.empty() && due_.front().first <= now()) {
      const auto person = due_.front().second;
      due_.pop_front();
      open(person);
    }
    for (const auto i : std::exchange(lost_pullers_, {})) add_puller(i);
  }

  class Socket final : public SocketClient {
   public:
    Socket(const Options& options, Crowd& crowd, std::size_t person)
        : SocketClient(options, crowd.tokens_.at(person),
                       [&crowd, person](std::string_view frame) {
                         if (frame.starts_with(R"({"type":201,)")) crowd.has_201(person);
                       }),
          crowd_(crowd),
          person_(person) {}
    void ended(const std::string&) override {
      if (!std::exchange(over_, true)) crowd_.lost(person_);
    }

   private:
    Crowd& crowd_;
    std::size_t person_;
    bool over_ = false;
  };
  struct Person {
    std::unique_ptr<Socket> socket;
    bool connected = false;
  };

  /// A person's gateway: for the socket and the pulls.
  [[nodiscard]] Options at(std::size_t i) const {
    Options to = options_;
    if (options_.other_port != 0 && i % 2 == 1) to.port = options_.other_port;
    return to;
  }
  void open(std::size_t i) {
    people_[i].socket = std::make_unique<Socket>(at(i), *this, i);  // never from within the old one's own call
    driver_.add(*people_[i].socket);
  }
  void has_201(std::size_t i) {
    people_[i].connected = true;
    to_pull_[i % 2].push_back(i);
    pull_more();
  }
  void lost(std::size_t i) {
    const auto wait = people_[i].connected ? spread_(random_) : kAgain;
    if (std::exchange(people_[i].connected, false))
      ++ended_;
    else
      ++refused_;
    const auto at = now() + wait;
    auto place = due_.end();
    while (place != due_.begin() && std::prev(place)->first > at) --place;
    due_.emplace(place, at, i);
  }
  /// A connection for pulls. A server that has too many closes idle ones: then another is made, and what was asked is
  /// asked again.
  class Puller final : public HttpSender {
   public:
    Puller(Crowd& crowd, std::size_t number)
        : HttpSender(crowd.at(number), "", [this](int status, std::string_view body) { answered(status, body); }),
          crowd_(crowd),
          number_(number) {}
    void pull(std::size_t person) {
      asked_ = person;
      get("/v1/offline", crowd_.tokens_.at(person));
    }
    void ended(const std::string&) override {
      if (asked_) crowd_.to_pull_[number_ % 2].push_front(*asked_);
      std::erase(crowd_.idle_[number_ % 2], number_);
      crowd_.lost_pullers_.push_back(number_);
    }

   private:
    void answered(int status, std::string_view body) {
      if (status == 503) {
        crowd_.to_pull_[number_ % 2].push_back(*asked_);
        ++crowd_.refused_;
      } else if (status != 200) {
        throw std::runtime_error("a pull answered " + std::to_string(status) + " " + std::string(body));
      } else {
        ++crowd_.pulled_;
      }
      asked_.reset();
      crowd_.idle_[number_ % 2].push_back(number_);
      crowd_.pull_more();
    }
    Crowd& crowd_;
    std::size_t number_;
    std::optional<std::size_t> asked_;
  };

  void add_puller(std::size_t i) {
    pullers_[i] = std::make_unique<Puller>(*this, i);
    driver_.add(*pullers_[i]);
    idle_[i % 2].push_back(i);
    pull_more();
  }
  void pull_more() {
    for (const std::size_t side : {0, 1}) {
      while (!idle_[side].empty() && !to_pull_[side].empty()) {
        const auto puller = idle_[side].back();
        const auto person = to_pull_[side].front();
        idle_[side].pop_back();
        to_pull_[side].pop_front();
        pullers_[puller]->pull(person);
      }
    }
  }

  const Options options_;
  const std::vector<std::string> tokens_;
  Driver driver_;
  std::vector<Person> people_;
  std::vector<std::unique_ptr<Puller>> pullers_{kPullers};
  std::array<std::vector<std::size_t>, 2> idle_;    // of each gateway
  std::array<std::deque<std::size_t>, 2> to_pull_;  // people, of each gateway
  std::vector<std::size_t> lost_pullers_;
  std::deque<std::pair<double, std::size_t>> due_;  // by time
  std::mt19937 random_{7};
  std::uniform_real_distribution<double> spread_{0, kSpread};
  std::size_t ended_ = 0, pulled_ = 0, refused_ = 0;
};

}  // namespace

/// N sockets, a node is killed (`victim`): until everybody whose socket was there has one on another node, with its 201
/// and its inbox.
int measure_comeback(const Options& options) {
  Crowd crowd(options);
  crowd.open_all();
  std::printf("comeback_ready sockets=%d\n", options.connections);
  std::fflush(stdout);
  if (options.victim == 0 || kill(options.victim, SIGKILL) != 0) throw std::runtime_error("--victim: no such process");
  const auto took = crowd.until_back(60);
  std::printf("comeback sockets=%d ended=%zu seconds=%.2f refused=%zu\n", options.connections, crowd.ended(), took,
              crowd.refused());
  return 0;
}

}  // namespace bench
