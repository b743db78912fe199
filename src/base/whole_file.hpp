#pragma once
#include <expected>
#include <string>
#include <string_view>

namespace godwit {

/// Puts a file of mode 0600 in place, synced: a crash leaves the old one or the new one, whole. What stood beside it as
/// `<path>.new` is lost. Answers in words what went wrong, without the path. Blocks; one caller a path.
[[nodiscard]] std::expected<void, std::string> put_whole_file(const std::string& path, std::string_view bytes);
/// The same where there is none yet: of several that put one at once, in one process or many, all find the first one's.
[[nodiscard]] std::expected<void, std::string> put_first_file(const std::string& path, std::string_view bytes);

}  // namespace godwit
