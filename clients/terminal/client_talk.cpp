#include <algorithm>
#include <array>

#include "clients/terminal/client.hpp"
#include "wire/json.hpp"

namespace godwit::chat {
namespace {
constexpr Millis kTypingEvery = 3'000;
constexpr Millis kFirstRetry = 500, kMostRetry = 15'000;

std::string send_body(const Outgoing& message) {
  wire::JsonWriter json;
  json.begin_object()
      .field("type", std::int64_t{message.conversation.starts_with("g:") ? 102 : 101})
      .field("msgReceiver", std::string_view(message.conversation).substr(2))
      .field("msg", message.text)
      .field("clientId", message.client_id)
      .field("sentAt", message.written_at);
  if (!message.reply_to.empty()) json.field("replyTo", message.reply_to);
  json.end_object();
  return json.take();
}
}  // namespace

void Client::write(std::string text, std::string reply_to) {
  const std::string& talk = model_.open();
  if (talk.empty()) return front_->complain("open a conversation first: /open KEY, or /help");
  if (talk == "s:") return front_->complain("nobody reads what is written to notices; /open somebody");
  if (text.size() > 8192) return front_->complain("that is too long for one message (8,192 bytes)");
  Outgoing message{.client_id = random_.id(24),
                   .conversation = talk,
                   .text = std::move(text),
                   .reply_to = std::move(reply_to),
                   .written_at = now(),
                   .state = Outgoing::State::waiting,
                   .why = {}};
  if (!model_.queue().add(std::move(message)))
    return front_->complain("too many messages wait to be sent; this one was not taken");
  send_next();
  front_->changed();
}

void Client::send_next() {
  if (status_.state == Status::State::ended || !lists_known_) return;
  auto message = model_.queue().next(now());
  if (!message) return;
  const bool taken = hand_over(
      sender_, [body = send_body(*message)](Api& api) { return api.ask<Sent>("POST", "/v1/messages", body); },
      [this, message = *message](const Answer<Sent>& answer) { take_answer(message, answer); });
  if (!taken) model_.queue().try_again(message->client_id, now() + kFirstRetry);
}

void Client::take_answer(const Outgoing& message, const Answer<Sent>& answer) {
  if (answer) {
    model_.take_sent(message, *answer, now());
    return;
  }
  const Failure& failure = answer.error();
  if (!failure.retryable && failure.status != 401) {
    model_.queue().refused(message.client_id, explain(failure));
    front_->complain("not sent: " + explain(failure));
    return;
  }
  std::array<std::byte, 2> chance{};
  random_.fill(chance);
  const Millis most = std::min(kMostRetry, kFirstRetry << std::min(model_.queue().attempts(), 8U));
  const Millis jitter = most * (static_cast<Millis>(chance[0]) + 1) / 256;
  model_.queue().try_again(message.client_id, now() + std::max(failure.retry_after, jitter));
  if (failure.status == 401) failed(failure);
}

void Client::retry() {
  const auto count = model_.queue().retry_failed();
  model_.queue().wake();
  front_->say(count == 0 ? "nothing failed" : "sending " + std::to_string(count) + " again");
  send_next();
}

void Client::drop_failed() {
  const auto count = model_.queue().drop_failed();
  front_->say(count == 0 ? "nothing failed" : std::to_string(count) + " forgotten");
}

void Client::open(const std::string& talk) {
  model_.open(talk);
  const Talk& opened = model_.at(talk);
  if (opened.group() && opened.members.empty() && model_.groups().contains(opened.other.key))
    read_members(opened.other.key);
  if (!opened.loaded && lists_known_) load_older(50, false);
  front_->changed();
}

/// For the names of those who write there.
void Client::read_members(const std::string& group) {
  hand_over(
      keeper_, [group](Api& api) { return api.all<MemberRow>("/v1/groups/" + Api::escape(group) + "/members", 2000); },
      [this, group](const Answer<Page<MemberRow>>& members) {
        if (members) model_.take_members(group, members->items);
      });
}

void Client::load_older(std::size_t count, bool show) {
  const Talk* talk = model_.find(model_.open());
  if (talk == nullptr || loading_) return;
  const Seq before = talk->loaded ? talk->timeline.oldest_joined() : 0;
  const bool full = talk->timeline.frames().size() + 200 > Timeline::kMost;
  if (talk->loaded && (before <= 1 || full)) {
    if (show) front_->show_history(count);
    return;
  }
  loading_ = true;
  std::string target = "/v1/conversations/" + Api::escape(talk->name) +
                       "/messages?limit=" + std::to_string(std::clamp<std::size_t>(count, 20, 200));
  if (before != 0) target += "&before=" + std::to_string(before);
  const bool taken = hand_over(
      keeper_, [target](Api& api) { return api.page<Frame>(target); },
      [this, name = talk->name, before, count, show](const Answer<Page<Frame>>& page) {
        loading_ = false;
        if (page)
          model_.take_older(name, before, *page, now());
        else if (page.error().status == 404)
          model_.take_older(name, before, {}, now());  // nothing was said there yet
        else
          front_->complain(explain(page.error()));
        if (show && page && name == model_.open()) front_->show_history(count);
      });
  if (!taken) loading_ = false;
}

void Client::saw(Seq seq) {
  const std::string& talk = model_.open();
  if (talk.empty() || !model_.read(talk, seq)) return;
  reads_[talk] = std::max(reads_[talk], seq);
}

void Client::types() {
  const std::string& talk = model_.open();
  if (talk.size() < 3 || status_.state != Status::State::online || now() - typed_at_ < kTypingEvery) return;
  typed_at_ = now();
  wire::JsonWriter json;
  json.begin_object().field("type", std::int64_t{303}).field("conversation", talk).end_object();
  (void)link_->send(json.take());
}

}  // namespace godwit::chat
