#pragma once
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <functional>
#include <stdexcept>
#include <string>
#include <thread>

namespace godwit::engine::elasticsearch {

/// A node that answers each request (its head and body) with what `answer` says: "HTTP/1.1 200 OK…"; empty: never. One
/// connection at a time, each for one request. Its thread ends with it.
class FakeNode {
 public:
  using Answer = std::function<std::string(const std::string& request)>;

  explicit FakeNode(Answer answer) : answer_(std::move(answer)), listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{.sin_family = AF_INET, .sin_port = 0, .sin_addr = {htonl(INADDR_LOOPBACK)}, .sin_zero = {}};
    socklen_t size = sizeof address;
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener_, 64) != 0 ||
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
      throw std::runtime_error("no port for a fake node");
    address_ = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
    thread_ = std::thread([this] { run(); });
  }
  FakeNode(const FakeNode&) = delete;
  FakeNode& operator=(const FakeNode&) = delete;
  ~FakeNode() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }

  [[nodiscard]] const std::string& address() const noexcept { return address_; }

  static std::string http(int status, const std::string& body) {
    return "HTTP/1.1 " + std::to_string(status) + " X\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\nConnection: close\r\n\r\n" + body;
  }

 private:
  void run() {
    for (int socket; (socket = ::accept(listener_, nullptr, nullptr)) >= 0; ::close(socket)) {
      const auto answer = answer_(read_request(socket));
      if (answer.empty()) {
        char byte;
        while (::recv(socket, &byte, 1, 0) > 0) {
        }  // until the client has had enough
      } else {
        (void)::send(socket, answer.data(), answer.size(), MSG_NOSIGNAL);
      }
    }
  }

  static std::string read_request(int socket) {
    std::string all;
    char part[4096];
    for (ssize_t got; !whole(all) && (got = ::recv(socket, part, sizeof part, 0)) > 0;)
      all.append(part, static_cast<std::size_t>(got));
    return all;
  }
  static bool whole(const std::string& request) {
    const auto end = request.find("\r\n\r\n");
    if (end == std::string::npos) return false;
    const auto length = request.find("Content-Length: ");
    const auto body = length < end ? std::stoul(request.substr(length + 16)) : 0;
    return request.size() >= end + 4 + body;
  }

  Answer answer_;
  int listener_;
  std::string address_;
  std::thread thread_;
};

}  // namespace godwit::engine::elasticsearch
