#include "clients/terminal/seq_ranges.hpp"

#include <doctest/doctest.h>

using godwit::chat::SeqRanges;

TEST_CASE("chat: spans of seq grow together, whatever order they come in") {
  SeqRanges seen;
  seen.add(5, 5);
  seen.add(1, 2);
  seen.add(7, 9);
  CHECK(seen.spans() == 3);
  CHECK(seen.end_of(1) == 2);
  CHECK(seen.end_of(3) == 2);
  CHECK(seen.next_above(2) == 5);
  CHECK(seen.next_above(5) == 7);
  CHECK(seen.next_above(9) == 0);
  seen.add(3, 4);
  CHECK(seen.spans() == 2);
  CHECK(seen.end_of(1) == 5);
  seen.add(2, 20);
  CHECK(seen.spans() == 1);
  CHECK(seen.last_start() == 1);
  CHECK(seen.last() == 20);
  seen.add(9, 3);
  CHECK(seen.spans() == 1);
}

TEST_CASE("chat: spans forget what lies below a place") {
  SeqRanges seen;
  seen.add(1, 4);
  seen.add(6, 10);
  seen.drop_below(8);
  CHECK_FALSE(seen.contains(4));
  CHECK_FALSE(seen.contains(7));
  CHECK(seen.contains(8));
  CHECK(seen.last_start() == 8);
}
