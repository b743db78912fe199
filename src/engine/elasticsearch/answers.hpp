#pragma once
#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"

/// What Elasticsearch answers, and what it means to callers of a port. The one place where its errors become ours.
namespace godwit::engine::elasticsearch {

struct Answer {
  int status = 0;
  boost::json::value body{};
  [[nodiscard]] bool good() const noexcept { return status >= 200 && status < 300; }
};

/// The value at a JSON pointer ("/hits/hits"); nullptr where there is none.
[[nodiscard]] const boost::json::value* at(const boost::json::value& value, std::string_view pointer);
/// Empty where it is no text.
[[nodiscard]] std::string_view text_at(const boost::json::value& value, std::string_view pointer);
[[nodiscard]] std::optional<std::int64_t> number_at(const boost::json::value& value, std::string_view pointer);
/// Empty where it is no array.
[[nodiscard]] const boost::json::array& array_at(const boost::json::value& value, std::string_view pointer);

/// Whether the same may go well later: pressure, a block (429 where a disk is full, 403 where a person set it), rights
/// that are wanting, an index or shard that is not there, a node that restarts.
[[nodiscard]] bool passes(int status) noexcept;

/// Of an answer that is not good: `internal` for what was asked wrongly, else `unavailable`. Its detail is for the log:
/// a status and the type of the error, never its reason, which may quote a text.
[[nodiscard]] Error error_of(const Answer& answer);
/// Of a read: every shard answered, in time.
[[nodiscard]] Result<void> check_whole(const boost::json::value& body);

}  // namespace godwit::engine::elasticsearch
