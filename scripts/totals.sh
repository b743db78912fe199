# shellcheck shell=bash
# Adding up what tests printed. Sourced by ./test.

# totals_of LOG: "passed failed skipped" of a part's log: its own lines ("ok: …", "FAILED: …", "skipped: …"), and the
# totals of doctest, pytest and vitest.
# A program that died without totals, and a log that tells of nothing, count as one failure.
totals_of() {
  local plain passed failed skipped line number word
  plain=$(sed 's/\x1b\[[0-9;]*m//g' "$1")
  passed=$(grep -c '^ok: ' <<< "$plain")
  failed=$(grep -c '^FAILED: ' <<< "$plain")
  skipped=$(grep -c '^skipped: ' <<< "$plain")
  while read -r line; do
    passed=$((passed + $(sed -E 's/.*\| *([0-9]+) passed.*/\1/' <<< "$line")))
    failed=$((failed + $(sed -E 's/.*\| *([0-9]+) failed.*/\1/' <<< "$line")))
  done < <(grep -E '^\[doctest\] test cases:' <<< "$plain")
  while read -r number word; do
    case "$word" in
      passed | xfailed) passed=$((passed + number)) ;;
      failed | error | errors | xpassed) failed=$((failed + number)) ;;
      skipped) skipped=$((skipped + number)) ;;
    esac
  done < <(grep -E '^(=+ )?[0-9]+ (passed|failed|skipped|errors?|deselected)\b.* in [0-9.]+s' <<< "$plain" | grep -oE '[0-9]+ [a-z]+')
  while read -r number word; do
    case "$word" in
      passed) passed=$((passed + number)) ;;
      failed | error | errors) failed=$((failed + number)) ;;
      skipped | todo) skipped=$((skipped + number)) ;;
    esac
  done < <(grep -E '^ *(Tests|Errors)  +[0-9]+ ' <<< "$plain" | grep -oE '[0-9]+ [a-z]+')
  if [ "$failed" -eq 0 ] && { grep -q '^ended: ' <<< "$plain" || [ $((passed + skipped)) -eq 0 ]; }; then failed=1; fi
  echo "$passed $failed $skipped"
}
