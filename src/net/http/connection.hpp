#pragma once
#include <atomic>
#include <coroutine>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "net/loop/event_loop.hpp"
#include "net/http/http.hpp"
#include "net/http/parser.hpp"
#include "net/http/server.hpp"
#include "net/http/outgoing_answer.hpp"

namespace godwit::net {

class HttpConnection;

/// What the connections of one server share; lives as long as the last of them.
struct HttpShared {
  EventLoop& loop;
  HttpLimits limits;
  HttpHandlers handlers;
  ConnectionGate* gate;  ///< null once the server is gone
  std::vector<HttpConnection*> connections{};
  std::atomic<std::size_t> open{0};  ///< read from other threads
  bool draining = false;
  std::unique_ptr<char[]> buffer =
      std::make_unique<char[]>(kBuffer);  ///< all reads go here: nothing of it survives a suspension

  static constexpr std::size_t kBuffer = 64 * 1024;
};

/// One HTTP connection: a coroutine that owns its socket. It waits for readiness with one deadline at a time (idle,
/// head, body, writing, lingering), which the server's sweep enforces. Loop's thread only.
class HttpConnection final : public Readiness {
 public:
  /// Takes the socket. With `refused` the connection gets that answer instead of a hearing.
  static void start(std::shared_ptr<HttpShared> shared, int fd, const IpAddress& peer, std::optional<Error> refused);

  HttpConnection(const HttpConnection&) = delete;
  HttpConnection& operator=(const HttpConnection&) = delete;
  ~HttpConnection() override;

  /// These three may end the connection, and with it the object.
  void expire_if_due(EventLoop::TimePoint now);
  void close_if_idle();
  void cancel();

 private:
  enum class Step : std::uint8_t { request, refused, gone, wait, head };  ///< head: it waits for "100 Continue"
  enum class Written : std::uint8_t { all, failed, blocked, turn };      ///< turn: others first
  enum class Wake : std::uint8_t { ready, timeout, cancelled };
  struct Until;
  struct NextTurn;

  HttpConnection(std::shared_ptr<HttpShared> shared, int fd, const IpAddress& peer, std::optional<Error> refused);
  void on_ready(bool readable, bool writable, bool hung_up) override;
  void resume(Wake wake);
  Until until_readable() noexcept;
  Until until_writable() noexcept;
  void set_deadline(std::chrono::milliseconds from_now) noexcept { deadline_ = shared_->loop.now() + from_now; }

  static Task<void> run(std::unique_ptr<HttpConnection> self);
  Task<void> serve();
  Task<Response> answer(Step step);
  Task<Response> ask(const Handler& handler);
  void forget_request();
  Task<std::optional<Response>> check_head();
  Task<void> linger();
  Step read_step();
  Step take_preface(std::string_view bytes);
  Step parse(std::string_view bytes);
  Step refuse(Error error);
  Step on_read_wake(Wake wake);
  [[nodiscard]] bool seat_client(const Request& request);
  [[nodiscard]] bool hold(std::size_t bytes);
  void set_idle(bool idle);
  void send_continue();
  void give_back_buffers();
  [[nodiscard]] std::optional<std::size_t> read_some();
  void prepare_answer(Response& response);
  [[nodiscard]] Written write_step();
  void end_of_answer();
  void hand_over(Response& response);
  void leave_server();

  std::shared_ptr<HttpShared> shared_;
  int fd_;
  std::size_t index_ = 0;  ///< in shared_->connections
  ConnectionGate::Place place_;
  IpAddress peer_;      ///< whom the kernel names, or the PROXY header
  std::string client_;  ///< the address that the request under way counts for
  bool speaks_for_others_ = false;
  bool awaits_preface_ = false;
  std::string preface_{};  ///< what there is of a PROXY header
  std::optional<Error> refused_;      ///< by the gate, at the door
  std::optional<Error> refused_for_{};  ///< why what came is no request
  RequestParser parser_;
  std::string early_{};  ///< bytes after the request that is being answered
  EventLoop::TimePoint deadline_;
  EventLoop::TimePoint answer_deadline_{};  ///< of the whole answer, however it goes on

  std::coroutine_handle<> waiting_{};
  bool waits_for_write_ = false;
  Wake wake_ = Wake::ready;
  bool readable_ = false;
  bool writable_ = true;
  bool hung_up_ = false;
  bool cancelled_ = false;
  bool idle_ = false;  ///< waiting, and nothing of a request is there
  bool told_to_continue_ = false;

  bool head_only_ = false;
  bool closing_ = false;
  unsigned in_a_row_ = 0;
  Request request_{};
  OutgoingAnswer answer_{};
};

}  // namespace godwit::net
