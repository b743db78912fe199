#pragma once

namespace godwit::chat {

/// Tells ncurses the sequences that terminfo does not name: bracketed paste, Ctrl with arrows, Home and End of other
/// terminals.
void define_keys();

}  // namespace godwit::chat
