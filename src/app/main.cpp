#include "app/commands/command_line.hpp"

int main(int argc, char** argv) { return godwit::app::run_command_line({argv + 1, argv + argc}); }
