#include <CLI/CLI.hpp>

#include "clients/terminal/chat.hpp"

namespace godwit::chat {

void add_options(CLI::App& command, ChatOptions& options) {
  command.add_option("--url", options.url, "The server")->capture_default_str()->type_name("URL");
  command.add_option("--key", options.key, "Your account; asked for where it is left out")->type_name("KEY");
  command
      .add_option("--password-file", options.password_file,
                  "Holds the password; else GODWIT_PASSWORD, else it is asked for")
      ->type_name("FILE");
  command
      .add_option("--device", options.device,
                  "A device of its own by this name, beside the one that this computer is")
      ->type_name("NAME");
  command.add_flag("--register", options.register_account, "Make the account first");
  command.add_flag("--plain", options.plain, "Line by line, without a full screen");
  command.footer("Examples:\n  " + options.program + " --key ada --register\n  " + options.program +
                 " --url http://chat.example.org:8080 --key ada\n  " + options.program +
                 " --key ada --plain < script.txt");
}

}  // namespace godwit::chat
