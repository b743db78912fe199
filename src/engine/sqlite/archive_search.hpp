#pragma once
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "engine/sqlite/archive_reader.hpp"

namespace godwit::engine::sqlite {

/// How much one search may look at before it answers what it has, and a position to go on from.
struct SearchBounds {
  std::size_t by_conversation = 64;  ///< so many conversations are looked for by name in the index at once
  std::size_t glance = 2000;  ///< a reader of more: so many of the newest matches of everybody are looked at first
  std::size_t most = 30'000;  ///< matches looked at in all
};

/// One search, from its text to its page. Lives within one call of ArchiveReader::search.
class ArchiveSearch {
 public:
  ArchiveSearch(ArchiveReader& reader, const archive::SearchQuery& query, SearchBounds bounds = {});
  [[nodiscard]] Result<archive::Hits> run();

 private:
  struct Span {
    std::int64_t conversation;
    ReadRange range;
  };
  struct Found {
    std::int64_t row;
    archive::Hit hit;
  };
  /// Where a walk through the matches ended: `row` is the last one looked at; all above it is known.
  struct Walk {
    bool finished = true;
    std::int64_t row = 0;
  };

  [[nodiscard]] Result<void> search_index();
  [[nodiscard]] Result<void> search_below();
  [[nodiscard]] Result<bool> read_position();
  [[nodiscard]] Result<void> load_spans();
  void add_spans(std::int64_t conversation, const ReadRanges& ranges);
  [[nodiscard]] Result<bool> glance(const std::string& expression, std::span<const std::int64_t> conversations);
  [[nodiscard]] Result<void> by_conversations();
  [[nodiscard]] Result<Walk> walk(const std::string& terms, std::span<const std::int64_t> conversations,
                                  std::size_t budget);
  [[nodiscard]] Result<Walk> walk(Statement& matches, std::size_t budget);
  [[nodiscard]] Result<bool> look_at(std::int64_t row, std::int64_t key, std::string_view record);
  [[nodiscard]] bool readable(std::int64_t key) const noexcept;
  [[nodiscard]] archive::Hits answer();

  ArchiveReader& reader_;
  const archive::SearchQuery& query_;
  SearchBounds bounds_;
  TextQuery text_;
  std::int64_t lowest_ = 0, highest_ = std::numeric_limits<std::int64_t>::max();
  std::vector<Span> spans_;                  // ascending by conversation, then range
  std::vector<std::int64_t> conversations_;  // of spans_, once each
  std::vector<Found> found_;
  std::int64_t known_from_ = 0;  // no match above this was left out
  std::size_t looked_at_ = 0;
};

}  // namespace godwit::engine::sqlite
