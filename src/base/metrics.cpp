#include "base/metrics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <vector>

namespace godwit {
namespace {

/// Lines of one metric name, grouped: the format wants HELP and TYPE once and all series of a name together.
struct Family {
  std::string help;
  std::string_view type;
  std::vector<std::string> lines;
};
using Families = std::map<std::string, Family>;

std::string series(std::string_view name, std::string_view labels, std::string_view extra = {}) {
  if (labels.empty() && extra.empty()) return std::string(name);
  return fmt::format("{}{{{}{}{}}}", name, labels, !labels.empty() && !extra.empty() ? "," : "", extra);
}

void add_histogram(Family& family, std::string_view name, std::string_view labels, const Histogram& h) {
  std::uint64_t cumulative = 0;
  for (std::size_t i = 0; i < Histogram::kBuckets; ++i) {
    cumulative += h.count(i);
    const auto le = i + 1 == Histogram::kBuckets ? std::string("+Inf") : fmt::format("{:.6g}", Histogram::bound(i));
    family.lines.push_back(
        fmt::format("{} {}", series(fmt::format("{}_bucket", name), labels, fmt::format("le=\"{}\"", le)), cumulative));
  }
  family.lines.push_back(fmt::format("{} {:.9g}", series(fmt::format("{}_sum", name), labels), h.sum()));
  family.lines.push_back(fmt::format("{} {}", series(fmt::format("{}_count", name), labels), cumulative));
}

}  // namespace

void Histogram::observe(double seconds) noexcept {
  seconds = std::max(0.0, seconds);  // a clock may have been set back
  std::size_t bucket = 0;
  while (bucket + 1 < kBuckets && seconds > bound(bucket)) ++bucket;
  counts_[bucket].fetch_add(1, std::memory_order_relaxed);
  total_.fetch_add(1, std::memory_order_relaxed);
  nanos_.fetch_add(static_cast<std::uint64_t>(seconds * 1e9), std::memory_order_relaxed);
}

Counter& Metrics::counter(std::string_view name, std::string_view help, std::string_view labels) {
  std::lock_guard lock(mutex_);
  for (auto& known : counters_) {
    if (known.name == name && known.labels == labels) return known.value;
  }
  auto& made = counters_.emplace_back();
  made.name = name, made.help = help, made.labels = labels;
  return made.value;
}

Histogram& Metrics::histogram(std::string_view name, std::string_view help, std::string_view labels) {
  std::lock_guard lock(mutex_);
  for (auto& known : histograms_) {
    if (known.name == name && known.labels == labels) return known.value;
  }
  auto& made = histograms_.emplace_back();
  made.name = name, made.help = help, made.labels = labels;
  return made.value;
}

void Metrics::gauge(std::string_view name, std::string_view help, std::function<double()> read,
                    std::string_view labels) {
  std::lock_guard lock(mutex_);
  gauges_.push_back({std::string(name), std::string(help), std::string(labels), std::move(read)});
}

void Metrics::queue(Queue queue) {
  gauge(queue.metric, queue.help, [depth = queue.depth] { return static_cast<double>(depth()); }, queue.labels);
  std::lock_guard lock(mutex_);
  queues_.push_back(std::move(queue));
}

std::vector<Metrics::QueueDepth> Metrics::queues() const {
  std::lock_guard lock(mutex_);
  std::vector<QueueDepth> depths;
  for (const auto& queue : queues_)
    depths.push_back({.name = queue.name, .depth = queue.depth(), .bound = queue.bound});
  return depths;
}

std::uint64_t Metrics::counted(std::string_view name) const {
  std::lock_guard lock(mutex_);
  std::uint64_t sum = 0;
  for (const auto& counter : counters_) {
    if (counter.name == name) sum += counter.value.value();
  }
  return sum;
}

Metrics::Measured Metrics::measured(std::string_view histogram) const {
  std::lock_guard lock(mutex_);
  Measured sum;
  for (const auto& known : histograms_) {
    if (known.name != histogram) continue;
    sum.count += known.value.total();
    sum.seconds += known.value.sum();
  }
  return sum;
}

std::string Metrics::text() const {
  Families families;
  const auto family = [&](const auto& named, std::string_view type) -> Family& {
    auto& f = families[named.name];
    f.help = named.help, f.type = type;
    return f;
  };
  {
    std::lock_guard lock(mutex_);
    for (const auto& c : counters_)
      family(c, "counter").lines.push_back(fmt::format("{} {}", series(c.name, c.labels), c.value.value()));
    for (const auto& g : gauges_)
      family(g, "gauge").lines.push_back(fmt::format("{} {:.15g}", series(g.name, g.labels), g.value()));
    for (const auto& h : histograms_) add_histogram(family(h, "histogram"), h.name, h.labels, h.value);
  }
  std::string out;
  for (const auto& [name, f] : families) {
    fmt::format_to(std::back_inserter(out), "# HELP {} {}\n# TYPE {} {}\n", name, f.help, name, f.type);
    for (const auto& line : f.lines) out += line, out += '\n';
  }
  return out;
}

}  // namespace godwit
