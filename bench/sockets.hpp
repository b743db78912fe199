#pragma once
#include <sys/epoll.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "measure.hpp"

namespace bench {

/// A connected, non-blocking TCP socket to the server.
int connect_to(const Options& options);

/// One client of either kind on the driver's epoll loop.
class Client {
 public:
  explicit Client(int fd) : fd_(fd) {}
  virtual ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  [[nodiscard]] int fd() const { return fd_; }
  void write(std::string_view bytes);          ///< blocks where the socket is full: the driver is not the measured one
  bool read();                                 ///< takes what is there; false when the connection ended
  virtual void ended(const std::string& why);  ///< throws: only a measure of endings knows what to do with one

 protected:
  /// Consumes whole units off the front of `in`; returns how many bytes.
  virtual std::size_t take(std::string_view in) = 0;

 private:
  int fd_;
  std::string in_;
};

/// A WebSocket that counts and shows the text frames that it gets.
class SocketClient : public Client {
 public:
  using OnFrame = std::function<void(std::string_view payload)>;
  SocketClient(const Options& options, const std::string& token, OnFrame on_frame);
  void acknowledge(std::string_view conversation, std::uint64_t seq);
  void send_text(std::string_view text);

 private:
  std::size_t take(std::string_view in) override;
  bool upgraded_ = false;
  OnFrame on_frame_;
};

/// A kept-alive HTTP connection; one request in flight.
class HttpSender : public Client {
 public:
  using OnAnswer = std::function<void(int status, std::string_view body)>;
  HttpSender(const Options& options, std::string token, OnAnswer on_answer);
  void post(std::string_view path, std::string_view json);
  void get(std::string_view path, std::string_view token);

 private:
  std::size_t take(std::string_view in) override;
  std::string token_;
  OnAnswer on_answer_;
};

/// The loop: reads whoever is ready.
class Driver {
 public:
  Driver();
  ~Driver();
  void add(Client& client);
  /// One wait of at most `milliseconds`; true if anything was read. A client that ended is told so, and no more read.
  bool step(int milliseconds);
  /// Steps until `done()` or `seconds` are over (then throws).
  void until(const std::function<bool()>& done, double seconds, const char* what);

 private:
  int epoll_;
};

}  // namespace bench
