#include "engine/sqlite/archive_engine.hpp"

#include "engine/sqlite/seal.hpp"
#include "engine/sqlite/sealed_files.hpp"

namespace godwit::engine::sqlite {

Result<std::unique_ptr<SqliteArchive>> SqliteArchive::open(ArchiveSettings settings, Log& log) {
  watch_sealed_files();
  CHECK_OK(Seal::prepare(settings.path));
  TRY(auto writer, ArchiveWriter::open(settings.path));
  std::vector<ArchiveReader> readers;
  for (std::size_t i = 0; i < settings.readers; ++i) {
    TRY(auto reader, ArchiveReader::open(settings.path));
    readers.push_back(std::move(reader));
  }
  return std::unique_ptr<SqliteArchive>(new SqliteArchive(std::move(writer), std::move(readers), settings, log));
}

SqliteArchive::SqliteArchive(ArchiveWriter writer, std::vector<ArchiveReader> readers, const ArchiveSettings& settings,
                             Log& log)
    : log_(log),
      settings_(settings),
      writer_(std::move(writer)),
      idle_(std::move(readers)),
      pool_("archive", settings.readers, settings.waiting_reads) {
  note_index();
  indexer_ = std::jthread([this](const std::stop_token& stop) { make_index(stop); });
}

template <class Work>
auto SqliteArchive::read(std::string_view doing, Work work, std::string lane)
    -> Task<std::invoke_result_t<Work&, ArchiveReader&>> {
  using Answer = std::invoke_result_t<Work&, ArchiveReader&>;
  Answer answer = co_await pool_.run([this, doing, &work]() -> Answer {
    std::unique_lock lock(idle_mutex_);
    auto reader = std::move(idle_.back());
    idle_.pop_back();
    lock.unlock();
    Answer result = work(reader);
    if (const auto damaged = reader.take_damaged(); damaged > 0) {
      damaged_.fetch_add(damaged, std::memory_order_relaxed);
      log_.error("archive_damaged_messages", {{"doing", doing}, {"messages", damaged}});
    }
    lock.lock();
    idle_.push_back(std::move(reader));
    lock.unlock();
    if (!result && result.error().code == Code::unavailable) return std::unexpected(report(doing, result.error()));
    return result;
  }, std::move(lane));
  co_return std::move(answer);
}

/// SQLite's reason goes to the log; clients are told that it does not work.
Error SqliteArchive::report(std::string_view doing, const Error& error) {
  log_.error("archive_failed", {{"doing", doing}, {"reason", error.detail}});
  return Error{.code = Code::unavailable, .detail = "the archive cannot be used now"};
}

Task<Result<void>> SqliteArchive::put(std::span<const MessagePtr> batch) {
  puts_.fetch_add(1, std::memory_order_relaxed);
  std::unique_lock lock(writer_mutex_);
  auto stored = writer_.put(batch);
  lock.unlock();
  puts_.fetch_sub(1, std::memory_order_relaxed);
  failing_.store(!stored, std::memory_order_relaxed);
  if (!stored) co_return std::unexpected(report("put", stored.error()));
  if (stored->conflicts > 0) log_.error("archive_sequence_conflict", {{"messages", stored->conflicts}});
  if (stored->impossible > 0) log_.error("archive_impossible_number", {{"messages", stored->impossible}});
  co_return Result<void>{};
}

Task<Result<MessagePtr>> SqliteArchive::find(const MessageId& id) {
  return read("find", [id](ArchiveReader& reader) { return reader.find(id); });
}

Task<Result<std::vector<MessagePtr>>> SqliteArchive::page(const Conversation& conversation, archive::Window window) {
  return read("page", [conversation, window](ArchiveReader& reader) { return reader.page(conversation, window); });
}

Task<Result<MessagePtr>> SqliteArchive::last_up_to(const Conversation& conversation, Seq seq) {
  return read("last_up_to",
              [conversation, seq](ArchiveReader& reader) { return reader.last_up_to(conversation, seq); });
}

Task<Result<std::uint64_t>> SqliteArchive::count_chat(const Conversation& conversation, const UserKey& user, Seq after,
                                                      Seq up_to) {
  return read("count_chat", [conversation, user, after, up_to](ArchiveReader& reader) {
    return reader.count_chat(conversation, user, after, up_to);
  });
}

Task<Result<ReadRanges>> SqliteArchive::ranges(const Conversation& conversation, const UserKey& user) {
  return read("ranges", [conversation, user](ArchiveReader& reader) { return reader.ranges(conversation, user); });
}

Task<Result<archive::Hits>> SqliteArchive::search(archive::SearchQuery query) {
  auto lane = query.reader.str();
  return read(
      "search", [query = std::move(query)](ArchiveReader& reader) { return reader.search(query); }, std::move(lane));
}

Result<void> SqliteArchive::ready() const {
  if (failing_.load(std::memory_order_relaxed)) return fail(Code::unavailable, "the archive takes no messages");
  return {};
}

}  // namespace godwit::engine::sqlite
