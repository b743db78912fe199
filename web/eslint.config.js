import vueI18n from '@intlify/eslint-plugin-vue-i18n';
import vue from 'eslint-plugin-vue';
import a11y from 'eslint-plugin-vuejs-accessibility';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['dist', 'node_modules'] },
  ...tseslint.configs.recommended,
  ...vue.configs['flat/recommended'],
  ...a11y.configs['flat/recommended'],
  ...vueI18n.configs.recommended,
  {
    files: ['**/*.vue'],
    languageOptions: { parserOptions: { parser: tseslint.parser } },
  },
  {
    settings: { 'vue-i18n': { localeDir: './src/locales/*/*.json', messageSyntaxVersion: '^11.0.0' } },
    rules: {
      // Text of others is never markup, and text of ours is never in the code.
      'vue/no-v-html': 'error',
      'vue/no-v-text-v-html-on-component': 'error',
      '@intlify/vue-i18n/no-v-html': 'error',
      '@intlify/vue-i18n/no-raw-text': ['error', { ignorePattern: '^[^\\p{L}]+$', ignoreText: ['godwit', 'English', '中文'] }],
      '@intlify/vue-i18n/no-missing-keys': 'off', // held by src/locales/locales.test.ts, which knows how the files merge
      '@typescript-eslint/no-explicit-any': 'error',
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/html-self-closing': ['error', { html: { void: 'always', normal: 'never', component: 'always' } }],
      'vue/multi-word-component-names': 'off',
      'vuejs-accessibility/label-has-for': ['error', { required: { some: ['nesting', 'id'] } }],
      'vuejs-accessibility/form-control-has-label': 'off', // Element Plus' inputs take aria-label; axe looks at the result
      'vuejs-accessibility/no-static-element-interactions': 'error',
      'max-lines': ['error', { max: 400 }],
      'max-lines-per-function': ['error', { max: 40, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ['src/**'],
    ignores: ['**/*.test.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: ':not(CallExpression[callee.name="part"]) > ArrowFunctionExpression > ImportExpression, :not(ArrowFunctionExpression) > ImportExpression',
          message: 'A lazy part is fetched by part(() => import(…)), which asks again where the server is busy.',
        },
      ],
    },
  },
  { files: ['worker/*.js'], languageOptions: { globals: { self: 'readonly', caches: 'readonly', fetch: 'readonly' } } },
  // What sets up a store or a composable holds its functions, as a component's script does.
  { files: ['**/*.vue', '**/*.test.ts', 'src/stores/*.ts', '**/use[A-Z]*.ts'], rules: { 'max-lines-per-function': 'off' } },
);
