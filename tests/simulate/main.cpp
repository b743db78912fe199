#include <sys/personality.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>

#include "base/planted.hpp"
#include "simulate/run.hpp"

// simulate --seeds N [--from S] [--jobs J]     runs N seeds, J at a time; a failing one is shortened and tells its
// story simulate --seed S                            runs one, and tells its story simulate --regressions FILE runs the
// seeds that a file lists, a line each: one|many SEED, and why simulate --world one|many …                  the server
// in one process, or in many, whatever the seed says simulate --bug NAME …                        with a planted bug;
// `--bugs` lists them Each seed runs in a child of its own: what a crash of it leaves behind is gone with it, and two
// runs of it are the same to the last address.
namespace godwit::simulate {
namespace {

struct Options {
  std::uint64_t seeds = 0, from = 0, jobs = 1;
  bool one = false, until_found = false, shorten = true;
  std::optional<bool> many;  ///< else as the seed says
  [[nodiscard]] Plan plan(std::uint64_t seed) const {
    auto plan = make_plan(seed);
    if (many) plan.many = *many;
    return plan;
  }
};

/// What a child says of its run: a line of numbers, then a line for each sentence; the story after an empty line.
struct Child {
  pid_t pid = 0;
  int pipe = -1;
  std::string said;
};

[[noreturn]] void run_child(const Plan& plan, bool story, int pipe) {
  std::string tale;
  const auto outcome = run(plan, [&](const std::string& line) {
    if (story) tale += line + "\n";
  });
  auto out = std::to_string(outcome.digest) + " " + std::to_string(outcome.steps) + "\n";
  for (const auto& fault : outcome.faults) out += fault + "\n";
  out += "\n" + tale;
  for (std::size_t at = 0; at < out.size();) {
    const auto wrote = ::write(pipe, out.data() + at, out.size() - at);
    if (wrote <= 0) break;
    at += static_cast<std::size_t>(wrote);
  }
  ::_exit(0);  // nothing is taken down: what was cut off in the middle stays as it is
}

Child start(const Plan& plan, bool story) {
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0) std::abort();
  std::fflush(nullptr);
  const auto pid = ::fork();
  if (pid == 0) {
    ::close(ends[0]);
    // Of its own time, not of the clock's: on a busy machine a run that is well takes its time.
    const rlimit most{.rlim_cur = 20, .rlim_max = 20};
    ::setrlimit(RLIMIT_CPU, &most);
    run_child(plan, story, ends[1]);
  }
  ::close(ends[1]);
  return {pid, ends[0], {}};
}

struct Result {
  std::string digest;
  std::vector<std::string> faults;
  std::string story;
};

Result finish(Child child) {
  std::array<char, 65536> buffer{};
  for (ssize_t got = 0; (got = ::read(child.pipe, buffer.data(), buffer.size())) > 0;)
    child.said.append(buffer.data(), static_cast<std::size_t>(got));
  ::close(child.pipe);
  int status = 0;
  ::waitpid(child.pid, &status, 0);
  Result result;
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0 || child.said.empty()) {
    result.faults.push_back("crash: the simulated house fell down with signal " +
                            std::to_string(WIFSIGNALED(status) ? WTERMSIG(status) : 0));
    return result;
  }
  const auto head = child.said.find("\n\n");
  result.story = child.said.substr(head + 2);
  std::string lines = child.said.substr(0, head);
  std::size_t at = lines.find('\n');
  result.digest = lines.substr(0, at);
  while (at != std::string::npos) {
    const auto next = lines.find('\n', at + 1);
    result.faults.push_back(lines.substr(at + 1, next == std::string::npos ? next : next - at - 1));
    at = next;
  }
  return result;
}

/// Which promise a sentence is about: what stands before its colon.
std::string promise_of(const Result& result) {
  return result.faults.empty() ? std::string() : result.faults.front().substr(0, result.faults.front().find(':'));
}

/// Leaves out faults and steps as long as the same promise is broken; so many tries and no more.
Plan shorten(const Plan& plan, const std::string& promise) {
  std::vector<bool> keep(plan.size(), true);
  int tries = 80;
  for (std::size_t piece = (keep.size() + 1) / 2; piece > 0 && tries > 0; piece /= 2) {
    for (std::size_t begin = 0; begin < keep.size() && tries > 0; begin += piece) {
      auto fewer = keep;
      bool any = false;
      for (auto i = begin; i < std::min(begin + piece, keep.size()); ++i) any = any || fewer[i], fewer[i] = false;
      if (!any) continue;
      --tries;
      if (promise_of(finish(start(plan.without(fewer), false))) == promise) keep = std::move(fewer);
    }
  }
  return plan.without(keep);
}

void tell(const Plan& plan, const Result& result, bool shorter) {
  for (const auto& fault : result.faults) std::printf("  %s\n", fault.c_str());
  if (!shorter) {
    std::printf("%s", result.story.c_str());
    return;
  }
  const auto less = shorten(plan, promise_of(result));
  const auto again = finish(start(less, true));
  std::printf("  shortened:\n");
  for (const auto& fault : again.faults) std::printf("  %s\n", fault.c_str());
  std::printf("%s", again.story.c_str());
}

int run_many(const Options& options) {
  struct Running {
    std::uint64_t seed;
    Plan plan;
    Child child;
  };
  std::vector<Running> running;
  std::uint64_t next = options.from, failed = 0, done = 0;
  const auto end = options.from + options.seeds;
  for (;;) {
    while (next < end && running.size() < options.jobs) {
      auto plan = options.plan(next);
      auto child = start(plan, false);
      running.push_back({next++, std::move(plan), std::move(child)});
    }
    if (running.empty()) break;
    auto first = std::move(running.front());
    running.erase(running.begin());
    const auto result = finish(std::move(first.child));
    if (++done % 100 == 0) {
      std::printf("ok: seeds to %llu\n", static_cast<unsigned long long>(first.seed));
      std::fflush(stdout);
    }
    if (result.faults.empty()) continue;
    ++failed;
    std::printf("FAILED: seed %llu: %s\n", static_cast<unsigned long long>(first.seed), result.faults.front().c_str());
    if (options.shorten && failed <= 3) tell(first.plan, result, true);
    std::fflush(stdout);
    if (options.until_found) break;
  }
  std::printf("%llu seeds, %llu failed\n", static_cast<unsigned long long>(done),
              static_cast<unsigned long long>(failed));
  return failed == 0 ? 0 : 1;
}

/// Seeds that once failed.
int run_regressions(const char* path) {
  std::ifstream file(path);
  std::uint64_t done = 0, failed = 0;
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string world;
    Options options;
    if (!(words >> world >> options.from) || world.starts_with("#")) continue;
    options.many = world == "many";
    const auto result = finish(start(options.plan(options.from), false));
    ++done;
    if (result.faults.empty()) continue;
    ++failed;
    std::printf("FAILED: seed %s: %s\n", line.c_str(), result.faults.front().c_str());
  }
  std::printf("ok: regressions: %llu seeds, %llu failed\n", static_cast<unsigned long long>(done),
              static_cast<unsigned long long>(failed));
  return failed == 0 && done > 0 ? 0 : 1;
}

int run_one(const Options& options) {
  const auto seed = options.from;
  const auto plan = options.plan(seed);
  const auto result = finish(start(plan, true));
  const auto again = finish(start(plan, true));
  std::printf("seed %llu: %s\n", static_cast<unsigned long long>(seed), result.faults.empty() ? "holds" : "FAILED");
  if (again.digest != result.digest || again.story != result.story)
    std::printf("FAILED: it does not replay: %s, %s\n", result.digest.c_str(), again.digest.c_str());
  tell(plan, result, options.shorten && !result.faults.empty());
  return result.faults.empty() ? 0 : 1;
}

int main_of(int count, char** arguments) {
  Options options;
  for (int i = 1; i < count; ++i) {
    const std::string name = arguments[i];
    const auto value = [&] { return i + 1 < count ? std::strtoull(arguments[++i], nullptr, 10) : 0ULL; };
    if (name == "--seeds") options.seeds = value();
    else if (name == "--from") options.from = value();
    else if (name == "--jobs") options.jobs = std::max<std::uint64_t>(1, value());
    else if (name == "--seed") options.one = true, options.from = value();
    else if (name == "--world") options.many = std::string_view(i + 1 < count ? arguments[++i] : "") == "many";
    else if (name == "--regressions" && i + 1 < count) return run_regressions(arguments[++i]);
    else if (name == "--whole") options.shorten = false;
    else if (name == "--until-found") options.until_found = true;
    else if (name == "--bug" && i + 1 < count && plant(arguments[++i])) continue;
    else if (name == "--bugs") { for (const auto* bug : kBugNames) std::puts(bug); return 0; }
    else { std::fprintf(stderr, "simulate: what is \"%s\"? See tests/simulate/README.md\n", arguments[i]); return 2; }
  }
  return options.one ? run_one(options) : run_many(options);
}

}  // namespace
}  // namespace godwit::simulate

int main(int count, char** arguments) {
  // The same addresses in every run, so that nothing that hangs on one differs.
  if ((::personality(0xFFFFFFFF) & ADDR_NO_RANDOMIZE) == 0) {
    if (::personality(ADDR_NO_RANDOMIZE | static_cast<unsigned long>(::personality(0xFFFFFFFF))) != -1)
      ::execv("/proc/self/exe", arguments);
  }
  return godwit::simulate::main_of(count, arguments);
}
