#include <algorithm>
#include <iterator>

#include "base/planted.hpp"
#include "dispatch/sequencer.hpp"
#include "domain/message_time.hpp"

namespace godwit::dispatch {

using std::chrono::milliseconds;

namespace {
constexpr int kMostTries = 4;   // of one draft, where others' shards or keys came in between, or it is a repeat
constexpr unsigned kWary = 32;  // transactions that look for repeats first, after one that met a repeat

Error refused() { return {.code = Code::unavailable, .detail = "the ledger's store took it not", .retry_after_s = 1}; }

Result<Published> repeat_of(const Published& first, const std::string& fingerprint, const Draft& draft) {
  if (fingerprint != draft.fingerprint) return fail(Code::client_id_reused);
  auto repeated = first;
  repeated.repeated = true;
  return repeated;
}

Result<sequencer::Numbered> as_answer(Result<Published> published) {
  if (!published) return std::unexpected(std::move(published).error());
  return sequencer::Numbered(std::move(*published));
}
}  // namespace

std::vector<Stay> stays_of(const Message& message) {
  std::vector<Stay> stays;
  const auto& conversation = message.conversation;
  const auto seq = message.seq;
  if (seq == 1)
    for (const auto& user : conversation.people()) stays.push_back({conversation, user, StayEvent::join(1)});
  for (const auto& user : message.joined) stays.push_back({conversation, user, StayEvent::join(seq)});
  for (const auto& user : message.left) stays.push_back({conversation, user, StayEvent::leave(seq, message.time)});
  return stays;
}

void Sequencer::wake(Part& part) {
  if (std::exchange(part.driving, true)) return;
  // Not from within: what arrives in this turn of the executor shares the transaction.
  executor_.post([this, &part] { run(drive(part)); });
}

Task<void> Sequencer::drive(Part& part) {
  for (Flight flight;; flight = {}) {
    flight.taken = take_batch(part);
    if (flight.taken.empty()) break;
    part.in_flight = &flight;
    co_await commit(flight);
    part.in_flight = nullptr;
  }
  part.driving = false;
}

std::vector<Sequencer::WaitingPtr> Sequencer::take_batch(Part& part) {
  auto& ready = part.ready;
  std::vector<WaitingPtr> batch;
  std::size_t bytes = 0;
  while (!ready.empty() && batch.size() < settings_.batch_drafts) {
    if (ready.front()->done && !batch.empty() && bytes + ready.front()->weight > settings_.batch_bytes) break;
    auto next = std::move(ready.front());
    ready.pop_front();
    const auto* held = held_[next->shard].get();
    if (held == nullptr || held->stand != Stand::open) {
      place(std::move(next));
    } else if (next->done) {
      bytes += next->weight;
      batch.push_back(std::move(next));
    }
  }
  return batch;
}

Task<void> Sequencer::commit(Flight& flight) {
  auto& part = part_of(flight.taken.front()->shard);
  auto unknown = unknown_of(flight);
  // A repeat is rare, and the unique key finds it: where nothing else is asked, nothing is.
  const bool looks = !unknown.heads.empty() || part.wary > 0;
  if (part.wary > 0) --part.wary;
  const auto known = looks ? co_await store_.look_up(std::move(unknown)) : Result<Known>();
  if (!known) {
    for (const auto& waiting : flight.taken) answer(*waiting, std::unexpected(refused()));
    co_return;
  }
  assemble(flight, *known);
  if (flight.batch.log.empty()) co_return;
  if (planted(Bug::answer_before_commit)) answer_all(flight);
  if (planted(Bug::sequencer_unfenced)) flight.batch.fences.clear();
  const auto answered = co_await store_.commit(flight.batch);
  std::optional<Outcome> outcome;
  if (answered) {
    outcome = *answered;
  } else {
    unknown_.add();
    outcome = planted(Bug::unknown_taken_for_failed) ? std::optional(Outcome::fenced) : co_await resolve(flight);
  }
  if (outcome == Outcome::committed) {
    finish(flight);
    co_return;
  }
  if (outcome == Outcome::fenced && answered) {
    fenced_.add();
    (void)co_await call_roll({});
  }
  if (outcome == Outcome::conflict) part.wary = kWary;
  for (const auto& [shard, id] : flight.held)
    if (outcome == Outcome::conflict && held_[shard] && held_[shard]->id == id) forget_heads(shard);
  retry(flight);
}

void Sequencer::forget_heads(Shard shard) {
  heads_ -= held_[shard]->heads.size();
  held_[shard]->heads.clear();
}

LookUp Sequencer::unknown_of(Flight& flight) {
  const auto part = store_.part_of(flight.taken.front()->shard);
  LookUp what{.sent = {}, .heads = {}, .shards = false, .part = part};
  std::unordered_map<Conversation, bool> asked;
  // Of this part alone: transactions of the others are under way with what they know.
  for (Shard shard = 0; heads_ > settings_.heads && shard < kShards; ++shard)
    if (held_[shard] && store_.part_of(shard) == part) forget_heads(shard);
  for (const auto& waiting : flight.taken) {
    what.sent.push_back(waiting->draft.once);
    const auto* held = held_[waiting->shard].get();
    if (held == nullptr) continue;
    flight.held.emplace(waiting->shard, held->id);
    const auto& conversation = waiting->draft.message.conversation;
    if (!held->heads.contains(conversation) && asked.emplace(conversation, true).second)
      what.heads.push_back(conversation);
  }
  return what;
}

bool Sequencer::ours(const Flight& flight, Shard shard) const {
  const auto before = flight.held.find(shard);
  return held_[shard] && before != flight.held.end() && held_[shard]->id == before->second;
}

void Sequencer::assemble(Flight& flight, const Known& known) {
  for (const auto& [conversation, head] : known.heads) {
    const auto shard = shard_of(conversation);
    if (ours(flight, shard)) heads_ += held_[shard]->heads.try_emplace(conversation, head).second ? 1 : 0;
  }
  for (const auto& waiting : flight.taken) {
    if (!waiting->done) continue;
    auto* held = held_[waiting->shard].get();
    // What was looked up holds for as long as nobody else can have written.
    if (!ours(flight, waiting->shard)) {
      place(waiting);
      continue;
    }
    assign(flight, waiting, *held, known);
  }
  for (auto& [conversation, head] : flight.heads) flight.batch.heads.emplace_back(conversation, head);
}

void Sequencer::assign(Flight& flight, const WaitingPtr& waiting, Held& held, const Known& known) {
  auto& draft = waiting->draft;
  if (const auto twin = flight.by_once.find(draft.once); twin != flight.by_once.end()) {
    flight.numbered[twin->second].twins.push_back(waiting);
    return;
  }
  const bool forgotten = planted(Bug::dedupe_forgotten_at_takeover) && held.epoch > 1;
  if (const auto sent = std::ranges::find(known.sent, draft.once, &Sent::once);
      sent != known.sent.end() && !forgotten) {
    const Published first{.id = sent->id, .seq = sent->seq, .time = sent->time};
    return answer(*waiting, as_answer(repeat_of(first, sent->fingerprint, draft)));
  }
  const auto& conversation = draft.message.conversation;
  auto [head, fresh] = flight.heads.try_emplace(conversation);
  if (fresh) {
    if (const auto cached = held.heads.find(conversation); cached != held.heads.end()) head->second = cached->second;
    if (planted(Bug::seq_reused_at_takeover) && held.epoch > 1 && head->second.seq > 0 && flight.rows.empty())
      --head->second.seq;
  }
  const auto now = clock_.now();
  head->second = {.seq = head->second.seq + 1,
                  .time = planted(Bug::clock_reuses_time) ? now : next_time(head->second.time, now)};
  auto message = std::make_shared<Message>(draft.message);
  message->seq = head->second.seq;
  message->time = head->second.time;
  const Published published{.id = message->id, .seq = message->seq, .time = message->time};
  auto fence = std::ranges::find(flight.batch.fences, waiting->shard, &Fence::shard);
  if (fence == flight.batch.fences.end())
    fence =
        flight.batch.fences.insert(fence, {.shard = waiting->shard, .epoch = held.epoch, .position = held.position});
  const auto rows = ++flight.rows[waiting->shard];
  std::ranges::move(stays_of(*message), std::back_inserter(flight.batch.stays));
  flight.batch.log.push_back(
      {.shard = waiting->shard, .position = fence->position + rows, .message = std::move(message)});
  flight.batch.sent.push_back({.once = draft.once,
                               .fingerprint = draft.fingerprint,
                               .id = published.id,
                               .seq = published.seq,
                               .time = published.time});
  flight.by_once.emplace(draft.once, flight.numbered.size());
  flight.numbered.push_back({.waiting = waiting, .published = published, .twins = {}});
}

/// Committed: what was told of, kept in mind and handed to the relay is of shards that are still ours. Of others the
/// new owner tells: it found the rows.
void Sequencer::finish(Flight& flight) {
  commits_.add();
  rows_.add(flight.batch.log.size());
  std::vector<MessagePtr> messages;
  for (const auto& row : flight.batch.log) {
    if (!ours(flight, row.shard)) continue;
    held_[row.shard]->position = row.position;
    messages.push_back(row.message);
  }
  for (const auto& [conversation, head] : flight.heads) {
    const auto shard = shard_of(conversation);
    if (ours(flight, shard)) heads_ += held_[shard]->heads.insert_or_assign(conversation, head).second ? 1 : 0;
  }
  tell(messages);
  for (const auto& row : flight.batch.log)
    if (ours(flight, row.shard)) relay_.add(row);
  answer_all(flight);
}

void Sequencer::answer_all(const Flight& flight) {
  for (const auto& [waiting, published, twins] : flight.numbered) {
    const auto fingerprint = waiting->draft.fingerprint;
    answer(*waiting, published);
    for (const auto& twin : twins) answer(*twin, as_answer(repeat_of(published, fingerprint, twin->draft)));
  }
}

void Sequencer::retry(Flight& flight) {
  std::vector<WaitingPtr> again;
  for (auto& numbered : flight.numbered) {
    again.push_back(numbered.waiting);
    again.insert(again.end(), numbered.twins.begin(), numbered.twins.end());
  }
  for (auto& waiting : again) {
    if (++waiting->tries >= kMostTries)
      answer(*waiting, std::unexpected(refused()));
    else
      place(std::move(waiting));
  }
}

/// The outcome of a commit that was not answered; nullopt: this dispatcher stops.
Task<std::optional<Outcome>> Sequencer::resolve(const Flight& flight) {
  log_.warn("sequencer_commit_unknown", {{"rows", flight.batch.log.size()}});
  for (auto pause = milliseconds(20); !stopping_; pause = std::min(2 * pause, milliseconds(1000))) {
    if (const auto outcome = co_await read_back(flight)) co_return outcome;
    co_await sleep_for(executor_, pause);
  }
  co_return std::nullopt;
}

/// Takes the batch's shards anew: whatever is still on its way is refused from then on, so the positions that come back
/// say for good what became of it. It was written whole or not at all: one shard of ours tells for all.
Task<std::optional<Outcome>> Sequencer::read_back(const Flight& flight) {
  std::vector<Shard> shards;
  for (const auto& fence : flight.batch.fences) shards.push_back(fence.shard);
  if (!co_await call_roll(std::move(shards))) co_return std::nullopt;
  for (const auto& fence : flight.batch.fences) {
    const auto& held = held_[fence.shard];
    if (!held || held->id != flight.held.at(fence.shard) || held->epoch == fence.epoch) continue;
    co_return roll_.shards[fence.shard].position == fence.position ? Outcome::fenced : Outcome::committed;
  }
  co_return co_await look_for(flight);
}

/// None of the shards is ours any more; their epochs are others'. What was sent is there, or never will be.
Task<std::optional<Outcome>> Sequencer::look_for(const Flight& flight) {
  const auto part = store_.part_of(flight.batch.log.front().shard);
  LookUp what{.sent = {}, .heads = {}, .shards = false, .part = part};
  for (const auto& sent : flight.batch.sent) what.sent.push_back(sent.once);
  const auto known = co_await store_.look_up(std::move(what));
  if (!known) co_return std::nullopt;
  const auto& mine = flight.batch.sent.front();
  const auto found = std::ranges::find(known->sent, mine.once, &Sent::once);
  co_return found != known->sent.end() && found->id == mine.id && found->seq == mine.seq ? Outcome::committed
                                                                                         : Outcome::fenced;
}

}  // namespace godwit::dispatch
