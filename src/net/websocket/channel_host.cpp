#include "net/websocket/channel_host.hpp"

#include <algorithm>

namespace godwit::net {
namespace {

using namespace std::chrono_literals;

/// A second, or less where the settings ask for finer times (tests).
std::chrono::milliseconds tick_of(const ChannelSettings& settings) {
  const auto fine = std::min({settings.ping_interval / 4, settings.pong_timeout / 2, settings.close_deadline / 2});
  return std::clamp<std::chrono::milliseconds>(fine, 5ms, 1000ms);
}

constexpr std::chrono::milliseconds kRestTick = 10ms;  ///< how exactly a rest ends

std::uint32_t ticks_in(std::chrono::milliseconds time, std::chrono::milliseconds tick) {
  return static_cast<std::uint32_t>(std::max<std::int64_t>(1, (time.count() + tick.count() - 1) / tick.count()));
}

}  // namespace

Channel::Alive::Alive(ChannelHost& host, Channel& channel) noexcept
    : host_(host), outer_(host.impl().guards), channel_(&channel) {
  host_.impl().guards = this;
}

Channel::Alive::~Alive() { host_.impl().guards = outer_; }

ChannelHost::Impl::Impl(EventLoop& own_loop, ChannelSettings own_settings)
    : loop(own_loop),
      settings(own_settings),
      limits{.message_bytes = settings.message_bytes,
             .fragments = settings.fragments,
             .sender = settings.client ? Sender::server : Sender::client},
      tick_length(tick_of(settings)),
      buckets(ticks_in(settings.ping_interval, tick_length)),
      pong_ticks(ticks_in(settings.pong_timeout, tick_length)),
      close_ticks(ticks_in(settings.close_deadline, tick_length)),
      wheel(std::make_unique<RingLink[]>(buckets)) {
  settings.queue_bytes = std::min<std::size_t>(settings.queue_bytes, 1U << 31U);
  schedule_tick();
}

ChannelHost::Impl::~Impl() {
  const auto cut_off = [](RingLink& ring) {
    while (!ring.alone()) static_cast<Channel*>(ring.next)->release();
  };
  for (std::uint32_t i = 0; i < buckets; ++i) cut_off(wheel[i]);
  cut_off(closing);
}

void ChannelHost::Impl::add(Channel& channel) noexcept {
  ++open;
  const std::uint32_t half = buckets / 2;
  const std::uint32_t due = half + 1 + joined++ % (buckets - half);
  wheel[(tick + due) % buckets].append(channel);
}

void ChannelHost::Impl::to_closing(Channel& channel) noexcept {
  channel.unlink();
  channel.stamp_ = tick;
  closing.append(channel);
}

void ChannelHost::Impl::forget(Channel& channel) noexcept {
  --open;
  channel.unlink();
  if (channel.flush_place_ != Channel::kNotListed) flush_list[channel.flush_place_] = nullptr;
  if (channel.unread_) std::ranges::replace(unread, &channel, nullptr);
  end_rest(channel);
  for (auto* guard = guards; guard != nullptr; guard = guard->outer_) {
    if (guard->channel_ == &channel) guard->channel_ = nullptr;
  }
}

void ChannelHost::Impl::flush_later(Channel& channel) {
  if (flush_list.empty()) {
    loop.at_end_of_wakeup([this, weak = std::weak_ptr(alive)] {
      if (!weak.expired()) flush_all();
    });
  }
  channel.flush_place_ = static_cast<std::uint32_t>(flush_list.size());
  flush_list.push_back(&channel);
}

/// Callbacks of a flush may queue more: the list grows while it is walked.
void ChannelHost::Impl::flush_all() {
  for (std::size_t i = 0; i < flush_list.size(); ++i) {
    Channel* const channel = flush_list[i];
    if (channel == nullptr) continue;
    channel->flush_place_ = Channel::kNotListed;
    channel->flush();
  }
  flush_list.clear();
}

void ChannelHost::Impl::read_later(Channel& channel) {
  if (unread.empty()) {
    loop.post([this, weak = std::weak_ptr(alive)] {
      if (!weak.expired()) read_unread();
    });
  }
  channel.unread_ = true;
  unread.push_back(&channel);
}

void ChannelHost::Impl::read_unread() {
  const std::size_t count = unread.size();
  for (std::size_t i = 0; i < count; ++i) {
    if (Channel* const channel = std::exchange(unread[i], nullptr)) {
      channel->unread_ = false;
      channel->read_on();
    }
  }
  unread.erase(unread.begin(), unread.begin() + static_cast<std::ptrdiff_t>(count));
  if (!unread.empty()) {
    loop.post([this, weak = std::weak_ptr(alive)] {
      if (!weak.expired()) read_unread();
    });
  }
}

void ChannelHost::Impl::rest(Channel& channel, std::chrono::milliseconds time) {
  if (resting.empty()) {
    loop.post_after(kRestTick, [this, weak = std::weak_ptr(alive)] {
      if (!weak.expired()) end_rests();
    });
  }
  channel.rests_ = true;
  resting.push_back({&channel, std::chrono::steady_clock::now() + time});
}

void ChannelHost::Impl::end_rest(Channel& channel) noexcept {
  if (!channel.rests_) return;
  channel.rests_ = false;
  const auto found = std::ranges::find(resting, &channel, &Resting::channel);
  if (found != resting.end()) found->channel = nullptr;
}

/// Those whose time is over read on; that may list them, and others, anew.
void ChannelHost::Impl::end_rests() {
  const auto due = std::chrono::steady_clock::now();
  auto before = std::exchange(resting, {});
  std::erase_if(before, [](const Resting& one) { return one.channel == nullptr; });
  for (auto& one : before) {
    if (one.until > due) resting.push_back(one);
  }
  for (auto& [channel, until] : before) {
    if (until > due) continue;
    channel->rests_ = false;
    if (!channel->unread_) read_later(*channel);  // reading may end any channel: not in this walk
  }
  if (resting.empty()) return;
  loop.post_after(kRestTick, [this, weak = std::weak_ptr(alive)] {
    if (!weak.expired()) end_rests();
  });
}

std::unique_ptr<Outbox> ChannelHost::Impl::take_outbox() {
  if (spare.empty()) return std::make_unique<Outbox>();
  auto outbox = std::move(spare.back());
  spare.pop_back();
  return outbox;
}

void ChannelHost::Impl::give_back(std::unique_ptr<Outbox> outbox) noexcept {
  if (!outbox || outbox->capacity() > 64 || spare.size() >= kSpareOutboxes) return;
  outbox->clear();
  spare.push_back(std::move(outbox));
}

void ChannelHost::Impl::schedule_tick() {
  loop.post_after(tick_length, [this, weak = std::weak_ptr(alive)] {
    if (!weak.expired()) on_tick();
  });
}

void ChannelHost::Impl::on_tick() {
  ++tick;
  close_silent();
  ping_due();
  end_overdue();
  schedule_tick();
}

/// Those whose ping, sent `pong_ticks` ago, was followed by no byte. Callbacks may destroy any channel, so each is put
/// back in its bucket before it is told.
void ChannelHost::Impl::close_silent() {
  RingLink& bucket = wheel[(tick + buckets - pong_ticks % buckets) % buckets];
  RingLink visiting;
  visiting.take_all(bucket);
  while (!visiting.alone()) {
    auto& channel = *static_cast<Channel*>(visiting.next);
    channel.unlink();
    bucket.append(channel);
    if (channel.rests_) continue;  // its pong may wait in the kernel
    if (channel.awaits_pong_ && tick - channel.stamp_ >= pong_ticks) channel.close_by_itself(CloseCode::no_pong);
  }
}

/// Queues only; nothing is called back.
void ChannelHost::Impl::ping_due() {
  RingLink& bucket = wheel[tick % buckets];
  for (RingLink* link = bucket.next; link != &bucket; link = link->next) {
    auto& channel = *static_cast<Channel*>(link);
    channel.send(ping);
    if (channel.awaits_pong_) continue;
    channel.awaits_pong_ = true;
    channel.stamp_ = tick;
  }
}

void ChannelHost::Impl::end_overdue() {
  while (!closing.alone()) {
    auto& channel = *static_cast<Channel*>(closing.next);
    if (tick - channel.stamp_ <= close_ticks) return;  // in the order in which they began
    channel.finish();
  }
}

ChannelHost::ChannelHost(EventLoop& loop, ChannelSettings settings) : impl_(std::make_unique<Impl>(loop, settings)) {}
ChannelHost::~ChannelHost() = default;
EventLoop& ChannelHost::loop() noexcept { return impl_->loop; }
std::size_t ChannelHost::open_channels() const noexcept { return impl_->open; }

}  // namespace godwit::net
