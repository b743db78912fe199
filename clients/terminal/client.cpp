#include "clients/terminal/client.hpp"

#include <algorithm>

#include "wire/json.hpp"

namespace godwit::chat {

Client::Client(Account account, const Clock& clock, Random& random)
    : account_(std::move(account)),
      clock_(clock),
      random_(random),
      model_(account_.user.key),
      mailbox_(std::make_shared<Mailbox>()),
      caller_(account_.server, account_.token),
      keeper_(account_.server, account_.token),
      sender_(account_.server, account_.token) {}

Client::~Client() { mailbox_->close(); }

void Client::start(Front& front) {
  front_ = &front;
  Doorway doorway{
      .server = account_.server, .socket = account_.socket, .token = account_.token, .direct = account_.direct};
  link_ = std::make_unique<Link>(std::move(doorway), clock_, random_, [this, box = mailbox_](LinkEvent event) {
    box->post([this, event = std::move(event)]() mutable { on_link(std::move(event)); });
  });
}

void Client::run() {
  if (!mailbox_->run()) return;
  hand_on();
  send_next();
  front_->changed();
}

void Client::tick() {
  if (status_.state == Status::State::ended) return;
  if (sync_at_ != 0 && now() >= sync_at_) resume_sync();
  if (status_.state == Status::State::online && lists_known_) fill_holes();
  if (synced_) {
    if (now() - acked_at_ >= kTick) tell_acks();
    tell_reads();
    if (model_.take_lists_changed()) {
      read_lists();
      if (const auto& open = model_.open(); open.starts_with("g:")) read_members(open.substr(2));
    }
  }
  send_next();
}

int Client::wait_ms() const {
  const bool pending =
      !reads_.empty() || sync_at_ != 0 || model_.queue().unsent() > 0 || now() - acked_at_ < 2 * kTick || fill_at_ != 0;
  if (pending) return static_cast<int>(kTick);
  return status_.state == Status::State::waiting || status_.state == Status::State::connecting ? 250 : 1000;
}

bool Client::busy() const {
  if (calls_ > 0 || loading_) return true;
  const bool sending = model_.queue().unsent() > 0 && model_.queue().attempts() == 0;
  return status_.state != Status::State::ended && sending;
}

void Client::on_link(LinkEvent event) {
  if (status_.state == Status::State::ended) return;
  if (auto* frame = std::get_if<LinkFrame>(&event)) return on_frame(frame->frame);
  if (auto* ended = std::get_if<LinkEnded>(&event)) return end(std::move(ended->why));
  if (auto* waiting = std::get_if<LinkWaiting>(&event)) {
    status_ = {.state = Status::State::waiting, .until = waiting->until, .why = std::move(waiting->why)};
  } else {
    status_ = {.state = Status::State::connecting, .until = 0, .why = status_.why};
  }
  synced_ = false;
  sync_at_ = 0;
  ++connection_;
  model_.disconnected();
}

void Client::on_frame(const Frame& frame) {
  if (frame.type == Type::connected) {
    status_ = {.state = Status::State::online, .until = 0, .why = {}};
    model_.forget_acks();
    model_.queue().wake();
    return begin_sync();
  }
  if (frame.type == Type::missed) return pull_missed();
  if (synced_ || !is_kept(frame.type)) {
    model_.take(frame, now());
    acked_at_ = std::max(acked_at_, now() - kTick / 2);
  } else if (held_.size() < kMostHeld) {
    held_.push_back(frame);
  } else {
    pull_again_ = true;
  }
}

void Client::end(std::string why) {
  status_ = {.state = Status::State::ended, .until = 0, .why = std::move(why)};
  synced_ = false;
  ++connection_;
  model_.disconnected();
  front_->complain(status_.why);
}

/// What arrived in order goes on to whoever shows it.
void Client::hand_on() {
  for (const auto& frame : model_.take_ready()) front_->arrived(frame);
}

void Client::failed(const Failure& failure) {
  front_->complain(explain(failure));
  if (failure.status == 401 && failure.code == "unauthenticated" && status_.state != Status::State::ended) {
    link_.reset();
    end(explain_close(4501));
  }
}

void Client::fill_holes() {
  if (now() < fill_at_) return;
  fill_at_ = 0;
  for (auto& [talk, hole] : model_.take_holes(now())) {
    const Seq after = hole.from - 1;
    hand_over(
        keeper_,
        [talk, after](Api& api) {
          return api.page<Frame>("/v1/conversations/" + Api::escape(talk) + "/messages?after=" + std::to_string(after) +
                                 "&limit=200");
        },
        [this, talk, after, to = hole.to](Answer<Page<Frame>> page) {
          if (page) return model_.take_fill(talk, after, to, *page, now());
          // Not mine to read (any more): nothing will ever stand there for me.
          if (!page.error().retryable) return model_.give_up_hole(talk, to);
          model_.try_fill_again(talk);
          fill_at_ = now() + kRetry;
        });
  }
}

void Client::tell_acks() {
  acked_at_ = now();
  for (const auto& [talk, seq] : model_.take_acks()) {
    wire::JsonWriter json;
    json.begin_object()
        .field("type", std::int64_t{301})
        .field("conversation", talk)
        .field("seq", static_cast<std::int64_t>(seq))
        .end_object();
    if (!link_->send(json.take())) return;  // the next connection tells it all again
  }
}

void Client::tell_reads() {
  if (now() < reads_at_) return;
  for (const auto& [talk, seq] : std::exchange(reads_, {})) {
    wire::JsonWriter json;
    json.begin_object().field("seq", static_cast<std::int64_t>(seq)).end_object();
    hand_over(
        keeper_,
        [talk, body = json.take()](Api& api) {
          return api.call("PUT", "/v1/conversations/" + Api::escape(talk) + "/read", body);
        },
        [this, talk, seq](const Answer<std::string>& answer) {
          if (answer || !answer.error().retryable) return;
          reads_.try_emplace(talk, seq);
          reads_at_ = now() + kRetry;
        });
  }
}

}  // namespace godwit::chat
