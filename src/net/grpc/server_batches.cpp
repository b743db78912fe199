#include "net/grpc/batches.hpp"
#include "net/grpc/server_state.hpp"

namespace godwit::net {

using ::grpc::Status;
using ::grpc::StatusCode;

namespace {

GrpcIncoming incoming_of(batch::v1::Call& call) {
  GrpcIncoming incoming{.method = std::move(*call.mutable_method()),
                        .body = std::move(*call.mutable_body()),
                        .metadata = taken_from(*call.mutable_metadata()),
                        .deadline = std::chrono::system_clock::time_point::max()};
  if (call.timeout_ms() > 0)
    incoming.deadline = std::chrono::system_clock::now() + std::chrono::milliseconds(call.timeout_ms());
  return incoming;
}

batch::v1::Answer answer_of(std::uint64_t id, GrpcOutgoing with) {
  if (with.body.size() > kMostSharedAnswer)
    with = {.status = StatusCode::RESOURCE_EXHAUSTED, .message = "the answer is too long to share a message"};
  batch::v1::Answer answer;
  answer.set_id(id);
  answer.set_status(static_cast<std::uint32_t>(with.status));
  answer.set_message(std::move(with.message));
  if (with.status == 0) answer.set_body(std::move(with.body));
  add(std::move(with.trailers), *answer.mutable_trailers());
  return answer;
}

}  // namespace

::grpc::ServerGenericBidiReactor* GrpcServer::Batches::begin(const std::shared_ptr<State>& state,
                                                             ::grpc::GenericCallbackServerContext& context) {
  const auto made = std::make_shared<Batches>(state, context);
  made->self_ = made;
  made->admit();
  return made.get();
}

/// Who opens the stream shows what each of its calls has to show.
void GrpcServer::Batches::admit() {
  const auto refused = state_->settings.admit ? state_->settings.admit(incoming_of(context_)) : std::nullopt;
  if (!refused) {
    {
      std::lock_guard lock(state_->mutex);
      state_->streams.insert(self_);
    }
    return StartRead(&in_);
  }
  for (const auto& [name, value] : refused->trailers) context_.AddTrailingMetadata(name, value);
  finished_ = true;
  Finish(Status(static_cast<StatusCode>(refused->status), refused->message));
}

void GrpcServer::Batches::OnReadDone(bool ok) {
  batch::v1::Calls calls;
  if (ok && calls.ParseFromString(text_of(in_))) {
    in_.Clear();
    carry_out(std::move(calls));
    return read_on();
  }
  std::lock_guard lock(mutex_);
  last_ = true;
  finish_where_done();
}

void GrpcServer::Batches::carry_out(batch::v1::Calls calls) {
  std::vector<std::pair<std::shared_ptr<Ticket>, GrpcIncoming>> begun;
  {
    std::lock_guard lock(mutex_);
    under_way_ += static_cast<std::size_t>(calls.calls_size());
  }
  for (auto& call : *calls.mutable_calls()) {
    auto ticket = std::make_shared<Ticket>(cancelled_, [self = shared_from_this(), id = call.id()](GrpcOutgoing with) {
      self->answer(id, std::move(with));
    });
    auto incoming = incoming_of(call);
    auto refused = state_->settings.admit ? state_->settings.admit(incoming) : std::nullopt;
    if (!refused) refused = state_->enter(ticket);
    if (refused)
      ticket->end(std::move(*refused));
    else
      begun.emplace_back(std::move(ticket), std::move(incoming));
  }
  if (begun.empty()) return;
  state_->next().post([state = state_, begun = std::move(begun)]() mutable {
    for (auto& [ticket, incoming] : begun) spawn(State::carry_out(state, std::move(ticket), std::move(incoming)));
  });
}

/// A caller that does not read what it is answered is not heard, either.
void GrpcServer::Batches::read_on() {
  {
    std::lock_guard lock(mutex_);
    if (finished_) return;
    paused_ = waiting_bytes_ > kMostWaitingBytes;
    if (paused_) return;
  }
  StartRead(&in_);
}

void GrpcServer::Batches::answer(std::uint64_t id, GrpcOutgoing with) {
  auto answer = answer_of(id, std::move(with));
  const auto size = answer.ByteSizeLong();
  std::unique_lock lock(mutex_);
  --under_way_;
  if (finished_) return;
  waiting_bytes_ += size;
  gathered_.push_back(std::move(answer));
  if (writing_ || std::exchange(flushing_, true)) return;
  lock.unlock();
  if (auto* const here = Executor::current(); here != nullptr)
    here->post([self = shared_from_this()] { self->flush(); });  // what else is answered in this turn goes along
  else
    flush();
}

void GrpcServer::Batches::flush() {
  batch::v1::Answers answers;
  {
    std::lock_guard lock(mutex_);
    flushing_ = false;
    if (writing_ || finished_) return;
    writing_bytes_ = 0;
    for (; !gathered_.empty() && writing_bytes_ < kBatchBytes; gathered_.pop_front()) {
      writing_bytes_ += gathered_.front().ByteSizeLong();
      answers.add_answers()->Swap(&gathered_.front());
    }
    if (answers.answers_size() == 0) return finish_where_done();
    writing_ = true;
  }
  out_ = bytes_of(answers.SerializeAsString());
  StartWrite(&out_);
}

void GrpcServer::Batches::OnWriteDone(bool ok) {
  bool go_on = false;
  {
    std::lock_guard lock(mutex_);
    writing_ = false;
    waiting_bytes_ -= writing_bytes_;
    if (!ok) gathered_.clear();
    go_on = paused_ && waiting_bytes_ <= kMostWaitingBytes && !finished_;
    if (go_on) paused_ = false;
  }
  if (go_on) StartRead(&in_);
  flush();
}

void GrpcServer::Batches::end() {
  std::lock_guard lock(mutex_);
  last_ = true;
  finish_where_done();
}

void GrpcServer::Batches::OnCancel() {
  *cancelled_ = true;
  std::lock_guard lock(mutex_);
  finish_where_done();
}

/// Under the lock.
void GrpcServer::Batches::finish_where_done() {
  const bool done = *cancelled_ || (last_ && under_way_ == 0 && gathered_.empty() && !flushing_);
  if (!done || writing_ || std::exchange(finished_, true)) return;
  gathered_.clear();
  Finish(Status::OK);
}

void GrpcServer::Batches::OnDone() {
  const auto self = std::exchange(self_, nullptr);
  std::lock_guard lock(state_->mutex);
  state_->streams.erase(self);
}

}  // namespace godwit::net
