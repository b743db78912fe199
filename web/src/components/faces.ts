/** Faces to choose from, for people and groups: each is one emoji, and none stands for a people or a belief. */
export const faces: readonly string[] = [
  ...'🐦🦊🐻🐼🐯🐸🐙🐳🦉🦋🐢🐝🐈🐕🌻🌵🍀🍄🌳🌊🌙⭐🔥⛵',
  ...'🚲🎈🎸🎨📷📚💻💡🔧☕🍵🍎🍉🍋🍪🍜🏠🚀⚽🎉🪁🎲🧩',
];
