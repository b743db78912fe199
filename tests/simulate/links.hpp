#pragma once
#include <algorithm>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "node/node_role.hpp"
#include "service/link.hpp"
#include "simulate/elsewhere.hpp"

namespace godwit::simulate {

/// A connection between a dispatcher's process and a node's: keeps order, breaks, and each end hears of that in its own
/// time. What is on its way when one end hangs up never comes there.
class FarLink final : public link::Link, public std::enable_shared_from_this<FarLink> {
 public:
  static constexpr std::size_t kBound = 2'000;  ///< messages on their way to one end

  FarLink(Network& network, Process& dispatcher, link::DispatcherEnd& at_dispatcher, std::string name,
          const Seat<node::NodeRole>& node, bool slow)
      : network_(network), slow_(slow), name_(std::move(name)), node_name_(node.process->name()) {
    ends_[0] = {.process = &dispatcher, .home = &dispatcher.executor()};
    ends_[1] = {.process = node.process, .home = &node.process->executor()};
    dispatcher_ = &at_dispatcher, node_ = &node.role->links();
  }
  /// As code of the node's.
  void open() {
    if (ends_[1].ending) return;
    opened_ = true;
    node_->opened(shared_from_this());
  }

  [[nodiscard]] const std::string& node() const noexcept override { return node_name_; }
  [[nodiscard]] const std::string& dispatcher() const noexcept override { return name_; }
  void send(link::Down message) override {
    carry(ends_[0], ends_[1], [this, message = std::move(message)] { node_->heard(*this, message); });
  }
  void send(link::Up message) override {
    carry(ends_[1], ends_[0],
          [this, me = shared_from_this(), message = std::move(message)] { dispatcher_->heard(me, message); });
  }
  void cut() override {
    const bool by_node = Executor::current() == ends_[1].home;
    end(ends_[by_node ? 1 : 0], 0);
    end(ends_[by_node ? 0 : 1], network_.delay());
  }
  /// The wire breaks: both ends hear of it, some time.
  void break_off() {
    for (auto& one : ends_) end(one, network_.scheduler().dice().between(0, 2 * kSecond));
  }
  /// One of the processes died, the wire is dead, or nobody answered: then it breaks.
  void look() {
    const bool unanswered = !opened_ && network_.scheduler().now() > dialled_ + kSecond;
    if (unanswered || network_.is_cut(*ends_[0].process, *ends_[1].process) || !ends_[0].lives() || !ends_[1].lives())
      break_off();
  }
  [[nodiscard]] bool over() const { return ends_[0].over; }

 private:
  struct End {
    Process* process = nullptr;
    Executor* home = nullptr;  ///< of the life that has it
    bool ending = false, over = false;
    std::size_t coming = 0;
    Time last = 0;
    [[nodiscard]] bool lives() const { return process->alive() && &process->executor() == home; }
  };

  void carry(End& from, End& to, Executor::Job arrive) {
    if (from.over || to.ending) return;
    if (network_.is_cut(*from.process, *to.process)) return break_off();
    if (++to.coming > kBound) return break_off();
    const auto later = slow_ && &from == &ends_[1] ? network_.scheduler().dice().between(0, 400) * kMilli : 0;
    to.last = std::max(to.last + 1, network_.scheduler().now() + network_.delay() + later);
    network_.scheduler().at(to.last, [me = shared_from_this(), &to, arrive = std::move(arrive)]() mutable {
      to.home->post([me, &to, arrive = std::move(arrive)]() mutable {
        --to.coming;
        if (!to.over) arrive();
      });
    });
  }
  void end(End& at, Time after) {
    if (std::exchange(at.ending, true)) return;
    network_.scheduler().after(after, [me = shared_from_this(), &at] {
      at.home->post([me, &at] {
        at.over = true;
        if (&at == &me->ends_[0]) me->dispatcher_->ended(*me);
        else me->node_->ended(*me);
      });
    });
  }

  Network& network_;
  const bool slow_;  ///< what a node says takes up to 0.4 s more
  const std::string name_, node_name_;
  link::DispatcherEnd* dispatcher_ = nullptr;
  link::NodeEnd* node_ = nullptr;
  End ends_[2];
  const Time dialled_ = network_.scheduler().now();
  bool opened_ = false;
};

/// A dispatcher's links to all nodes: what breaks is opened again.
class FarLinks {
 public:
  FarLinks(Network& network, Process& own, std::string name, link::DispatcherEnd& end,
           std::span<const Seat<node::NodeRole>> nodes, bool slow)
      : network_(network),
        own_(own),
        name_(std::move(name)),
        end_(end),
        nodes_(nodes),
        slow_(slow),
        links_(nodes.size()) {}

  /// For ever.
  Task<void> keep() {
    Executor& home = own_.executor();
    for (;;) {
      for (std::size_t i = 0; i < nodes_.size(); ++i) look_after(links_[i], nodes_[i]);
      co_await sleep_for(home, std::chrono::milliseconds(200));
    }
  }
  void break_some(Dice& dice, double share) {
    for (auto& link : links_)
      if (link != nullptr && dice.chance(share)) link->break_off();
  }

 private:
  using FarLinkPtr = std::shared_ptr<FarLink>;
  void look_after(FarLinkPtr& link, const Seat<node::NodeRole>& node) {
    if (link != nullptr) link->look();
    if ((link != nullptr && !link->over()) || !node.process->alive() || node.role == nullptr) return;
    link = std::make_shared<FarLink>(network_, own_, end_, name_, node, slow_);
    network_.send(own_, *node.process, false, [link] { link->open(); }, [] {});
  }

  Network& network_;
  Process& own_;
  const std::string name_;
  link::DispatcherEnd& end_;
  std::span<const Seat<node::NodeRole>> nodes_;
  const bool slow_;
  std::vector<FarLinkPtr> links_;
};

}  // namespace godwit::simulate
