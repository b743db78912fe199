#include "engine/elasticsearch/http_client.hpp"

#include <curl/curl.h>
#include <pthread.h>

#include <utility>

namespace godwit::engine::elasticsearch {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr int kWakeUp = 1000;  // ms; a request that comes wakes the thread by itself

/// curl's own start, once a process.
void start_curl() {
  static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
  (void)started;
}

/// Whether nothing of the request can have reached a node.
bool not_connected(int result) { return result == CURLE_COULDNT_CONNECT || result == CURLE_COULDNT_RESOLVE_HOST; }

}  // namespace

struct HttpClient::Handles {
  struct FreeMulti {
    void operator()(CURLM* handle) const { curl_multi_cleanup(handle); }
  };
  struct FreeList {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
  };
  using Headers = std::unique_ptr<curl_slist, FreeList>;

  static Headers made(const char* type) {
    Headers list(curl_slist_append(nullptr, type));
    curl_slist_append(list.get(), "Accept: application/json");
    curl_slist_append(list.get(), "Expect:");  // no waiting for 100 Continue
    return list;
  }

  std::unique_ptr<CURLM, FreeMulti> multi{curl_multi_init()};
  Headers json = made("Content-Type: application/json");
  Headers lines = made("Content-Type: application/x-ndjson");
};

struct HttpClient::Transfer {
  struct FreeEasy {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  };

  HttpRequest request;
  steady_clock::time_point deadline;
  Done done;
  std::size_t most = 0;
  HttpReply reply{};
  std::size_t tried = 0;  // nodes
  std::unique_ptr<CURL, FreeEasy> easy{};

  static std::size_t take(char* bytes, std::size_t one, std::size_t count, void* self) {
    auto& transfer = *static_cast<Transfer*>(self);
    if (transfer.reply.body.size() + one * count > transfer.most) return CURL_WRITEFUNC_ERROR;
    transfer.reply.body.append(bytes, one * count);
    return one * count;
  }
};

HttpClient::HttpClient(HttpSettings settings) : settings_(std::move(settings)) {
  start_curl();
  handles_ = std::make_unique<Handles>();
  curl_multi_setopt(handles_->multi.get(), CURLMOPT_MAX_HOST_CONNECTIONS, static_cast<long>(settings_.connections));
  curl_multi_setopt(handles_->multi.get(), CURLMOPT_MAXCONNECTS,
                    static_cast<long>(settings_.connections * std::max<std::size_t>(1, settings_.addresses.size())));
  thread_ = std::thread([this] {
    ::pthread_setname_np(::pthread_self(), "elasticsearch");
    run();
  });
}

HttpClient::~HttpClient() { stop(); }

void HttpClient::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  curl_multi_wakeup(handles_->multi.get());
  if (thread_.joinable()) thread_.join();
}

Task<Result<HttpReply>> HttpClient::call(HttpRequest request, milliseconds limit) {
  co_return co_await completion<Result<HttpReply>>(
      [&](auto done) { start(std::move(request), limit, std::move(done)); });
}

void HttpClient::start(HttpRequest request, milliseconds limit, Done done) {
  std::unique_lock lock(mutex_);
  if (stopping_ || waiting_.load() >= settings_.waiting || settings_.addresses.empty()) {
    const auto* const why = stopping_ ? "it is stopping" : "too many requests are waiting for it";
    lock.unlock();
    return done(fail(Code::unavailable, why));
  }
  waiting_.fetch_add(1);
  new_.push_back(std::make_unique<Transfer>(Transfer{.request = std::move(request),
                                                     .deadline = steady_clock::now() + limit,
                                                     .done = std::move(done),
                                                     .most = settings_.most_answer_bytes}));
  lock.unlock();
  curl_multi_wakeup(handles_->multi.get());
}

void HttpClient::run() {
  while (take_new()) {
    int left = 0;
    curl_multi_perform(handles_->multi.get(), &left);
    finish_ended();
    curl_multi_poll(handles_->multi.get(), nullptr, 0, kWakeUp, nullptr);
  }
  for (auto& [handle, transfer] : std::exchange(running_, {})) {
    curl_multi_remove_handle(handles_->multi.get(), handle);
    answer(*transfer, fail(Code::unavailable, "it is stopping"));
  }
}

/// False: it is time to stop.
bool HttpClient::take_new() {
  std::unique_lock lock(mutex_);
  auto taken = std::exchange(new_, {});
  const bool stopping = stopping_;
  lock.unlock();
  for (auto& transfer : taken)
    stopping ? answer(*transfer, fail(Code::unavailable, "it is stopping")) : begin(std::move(transfer));
  return !stopping;
}

/// To the node that answered last, or to the one behind those that took no connection.
void HttpClient::begin(std::unique_ptr<Transfer> transfer) {
  transfer->easy.reset(curl_easy_init());
  prepare(*transfer);
  auto* const handle = transfer->easy.get();
  if (curl_multi_add_handle(handles_->multi.get(), handle) != CURLM_OK)
    return answer(*transfer, fail(Code::unavailable, "the request cannot be started"));
  running_.emplace(handle, std::move(transfer));
}

void HttpClient::prepare(Transfer& transfer) {
  auto* const easy = transfer.easy.get();
  const auto& [method, path, body, lines] = transfer.request;
  const auto& node = settings_.addresses[(node_ + transfer.tried) % settings_.addresses.size()];
  const auto left = duration_cast<milliseconds>(transfer.deadline - steady_clock::now()).count();
  curl_easy_setopt(easy, CURLOPT_URL, (node + path).c_str());
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_PROXY, "");  // whatever the environment says
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, method.c_str());
  if (!body.empty()) {
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body.data());
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
  }
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, (lines ? handles_->lines : handles_->json).get());
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(std::max<std::int64_t>(1, left)));
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(settings_.connecting.count()));
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &Transfer::take);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &transfer);
  if (!settings_.user.empty()) {
    curl_easy_setopt(easy, CURLOPT_USERNAME, settings_.user.c_str());
    curl_easy_setopt(easy, CURLOPT_PASSWORD, settings_.password.c_str());
  }
  if (!settings_.authorities.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, settings_.authorities.c_str());
}

void HttpClient::finish_ended() {
  int more = 0;
  while (const CURLMsg* const message = curl_multi_info_read(handles_->multi.get(), &more)) {
    if (message->msg != CURLMSG_DONE) continue;
    auto* const handle = message->easy_handle;
    const auto result = message->data.result;  // `message` ends with the handle
    curl_multi_remove_handle(handles_->multi.get(), handle);
    auto ended = running_.extract(handle);
    if (!ended.empty()) finish(std::move(ended.mapped()), result);
  }
}

void HttpClient::finish(std::unique_ptr<Transfer> transfer, int result) {
  const auto nodes = settings_.addresses.size();
  if (result == CURLE_OK) {
    long status = 0;
    curl_easy_getinfo(transfer->easy.get(), CURLINFO_RESPONSE_CODE, &status);
    transfer->reply.status = static_cast<int>(status);
    node_ = (node_ + transfer->tried) % nodes;
    return answer(*transfer, std::move(transfer->reply));
  }
  if (not_connected(result) && ++transfer->tried < nodes && steady_clock::now() < transfer->deadline)
    return begin(std::move(transfer));
  answer(*transfer, fail(Code::unavailable, curl_easy_strerror(static_cast<CURLcode>(result))));
}

void HttpClient::answer(Transfer& transfer, Result<HttpReply> result) {
  waiting_.fetch_sub(1);
  transfer.done(std::move(result));
}

}  // namespace godwit::engine::elasticsearch
