#include "domain/segments.hpp"

namespace godwit {

bool Segments::next() {
  characters_.clear(), begins_.clear(), ends_.clear();
  for (;;) {
    if (!held_ && !folding_.next(folded_)) return !characters_.empty();
    held_ = false;
    if (folded_.kind == CharKind::separator) {
      if (!characters_.empty()) return true;
      continue;
    }
    const bool run = folded_.kind == CharKind::run;
    if (!characters_.empty() && run != is_run_) return held_ = true;
    is_run_ = run;
    characters_ += folded_.character;
    begins_.push_back(folded_.begin);
    ends_.push_back(folded_.end);
  }
}

}  // namespace godwit
