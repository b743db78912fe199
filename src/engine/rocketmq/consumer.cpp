#include "engine/rocketmq/consumer.hpp"

#include <algorithm>

namespace godwit::rocketmq {

using dispatch::Delivery;
using std::chrono::milliseconds;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view kService = "/apache.rocketmq.v2.MessagingService/";
constexpr milliseconds kShortCall = 3s;
constexpr milliseconds kBetweenBeats = 10s;
constexpr milliseconds kLeastPoll = 5s, kMostPoll = 20s;
constexpr milliseconds kBeyondPoll = 5s;  // the proxy answers at the end of the poll, and its deadline must be later
constexpr milliseconds kLeastInvisible = 10s, kMostInvisible = 12h;

std::string method(std::string_view name) { return std::string(kService).append(name); }

std::int64_t steady() {
  return std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

void set(google::protobuf::Duration& duration, milliseconds time) {
  duration.set_seconds(time.count() / 1000);
  duration.set_nanos(static_cast<std::int32_t>(time.count() % 1000) * 1'000'000);
}

}  // namespace

Consumer::Consumer(net::GrpcChannel& channel, Names names, Log& log)
    : channel_(channel), names_(std::move(names)), log_(log) {}

net::GrpcCall Consumer::call(milliseconds timeout) const {
  return {.timeout = timeout,
          .metadata = {{"x-mq-client-id", names_.client},
                       {"x-mq-language", "CPP"},
                       {"x-mq-protocol", "v2"},
                       {"x-mq-client-version", "5.0.0"}}};
}

Error Consumer::failed(std::string_view verb, const v2::Status& status) {
  if (status.code() == v2::INTERNAL_SERVER_ERROR || status.code() == v2::UNRECOGNIZED_CLIENT_TYPE)
    known_.store(false);  // so it says that it does not know us, among other things
  log_.warn("rocketmq_refused", {{"verb", verb},
                                 {"topic", names_.topic},
                                 {"code", static_cast<int>(status.code())},
                                 {"message", status.message()}});
  return error_of(status.code());
}

Task<Result<void>> Consumer::known() {
  if (known_.load()) co_return Result<void>{};
  co_return co_await completion<Result<void>>([this](auto done) { join(std::move(done)); });
}

void Consumer::join(Done done) {
  {
    std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(done));
    if (std::exchange(introducing_, true)) return;
  }
  spawn(introduce_for_all());
}

Task<void> Consumer::introduce_for_all() {
  auto said = co_await introduce();
  if (!said) said = co_await introduce();  // the stream may be one that ended long ago
  std::unique_lock lock(mutex_);
  auto waiting = std::exchange(waiting_, {});
  introducing_ = false;
  known_.store(said.has_value());
  lock.unlock();
  for (auto& done : waiting) done(said);
}

Task<Result<void>> Consumer::introduce() {
  if (!telemetry_) telemetry_.emplace(channel_.open(method("Telemetry"), call(0ms)));
  v2::TelemetryCommand command;
  auto& settings = *command.mutable_settings();
  settings.set_client_type(v2::SIMPLE_CONSUMER);
  set(*settings.mutable_request_timeout(), kShortCall);
  settings.mutable_subscription()->mutable_group()->set_name(names_.group);
  auto& entry = *settings.mutable_subscription()->add_subscriptions();
  entry.mutable_topic()->set_name(names_.topic);
  entry.mutable_expression()->set_type(v2::TAG);
  entry.mutable_expression()->set_expression("*");
  const auto wrote = co_await telemetry_->write(command);
  Result<bool> heard = wrote ? Result<bool>(true) : std::unexpected(wrote.error());
  for (command.Clear(); heard && *heard && !command.has_settings();) heard = co_await telemetry_->read(command);
  if (heard && *heard) co_return Result<void>{};
  telemetry_.reset();
  if (!heard) co_return std::unexpected(heard.error());
  co_return fail(Code::unavailable, "the broker's proxy ended the stream");
}

/// Nothing hangs on one beat: where the proxy forgets us a receive tells.
Task<void> Consumer::beat() {
  const auto now = steady();
  auto last = beat_.load();
  if (now - last < kBetweenBeats.count() || !beat_.compare_exchange_strong(last, now)) co_return;
  v2::HeartbeatRequest heartbeat;
  heartbeat.mutable_group()->set_name(names_.group);
  heartbeat.set_client_type(v2::SIMPLE_CONSUMER);
  const auto answer = co_await channel_.call<v2::HeartbeatResponse>(method("Heartbeat"), heartbeat, call(kShortCall));
  if (answer && answer->status().code() != v2::OK) (void)failed("heartbeat", answer->status());
}

v2::ReceiveMessageRequest Consumer::request(std::size_t most, milliseconds poll, milliseconds invisible) const {
  v2::ReceiveMessageRequest out;
  out.mutable_group()->set_name(names_.group);
  out.mutable_message_queue()->mutable_topic()->set_name(names_.topic);
  out.mutable_filter_expression()->set_type(v2::TAG);
  out.mutable_filter_expression()->set_expression("*");
  out.set_batch_size(static_cast<std::int32_t>(std::min(most, kMostAtOnce)));
  set(*out.mutable_invisible_duration(), std::clamp(invisible, kLeastInvisible, kMostInvisible));
  set(*out.mutable_long_polling_timeout(), poll);
  return out;
}

Task<Result<std::vector<Delivery>>> Consumer::receive(std::size_t most, milliseconds wait, milliseconds invisible) {
  Deliveries out;
  if (most == 0) co_return out;
  if (known_.load()) co_await beat();
  CO_CHECK(co_await known());
  const auto poll = std::clamp(wait, kLeastPoll, kMostPoll);
  auto stream = channel_.open(method("ReceiveMessage"), call(poll + kBeyondPoll));
  CO_CHECK(co_await stream.write(request(most, poll, invisible)));
  CO_CHECK(co_await stream.end_writing());
  const auto read = co_await read_all(stream, out);
  if (!read && out.empty()) co_return std::unexpected(read.error());
  co_return out;  // what came before an error is ours
}

Task<Result<void>> Consumer::read_all(net::GrpcStream& stream, Deliveries& into) {
  for (v2::ReceiveMessageResponse part;;) {
    CO_TRY(const bool more, co_await stream.read(part));
    if (!more) co_return Result<void>{};
    if (part.has_message()) {
      auto& message = *part.mutable_message();
      const auto& properties = message.system_properties();
      into.push_back({.body = std::move(*message.mutable_body()),
                      .receipt = properties.receipt_handle(),
                      .attempt = static_cast<std::uint32_t>(std::max(1, properties.delivery_attempt()))});
    } else if (part.has_status()) {
      const auto code = part.status().code();
      if (code != v2::OK && code != v2::MESSAGE_NOT_FOUND) co_return std::unexpected(failed("receive", part.status()));
    }
  }
}

Task<Result<void>> Consumer::acknowledge(std::vector<std::string> receipts) {
  if (receipts.empty()) co_return Result<void>{};
  v2::AckMessageRequest request;
  request.mutable_group()->set_name(names_.group);
  request.mutable_topic()->set_name(names_.topic);
  for (auto& receipt : receipts) request.add_entries()->set_receipt_handle(std::move(receipt));
  CO_TRY(const auto answer,
         co_await channel_.call<v2::AckMessageResponse>(method("AckMessage"), std::move(request), call(kShortCall)));
  switch (answer.status().code()) {
    case v2::OK:
    case v2::MULTIPLE_RESULTS:
    case v2::INVALID_RECEIPT_HANDLE: co_return Result<void>{};
    default: co_return std::unexpected(failed("acknowledge", answer.status()));
  }
}

}  // namespace godwit::rocketmq
