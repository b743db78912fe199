/** The calls of the protocol, shown by Swagger UI from the server's own openapi.yaml. */
import './before';
import SwaggerUI from 'swagger-ui-dist/swagger-ui-es-bundle.js';
import 'swagger-ui-dist/swagger-ui.css';
import { markdown } from './markdown';

const dark = window.matchMedia('(prefers-color-scheme: dark)');
const follow = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
dark.addEventListener('change', follow);
follow();

SwaggerUI({
  url: '/openapi.yaml',
  domNode: document.getElementById('reference'),
  deepLinking: true,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  filter: true,
  tryItOutEnabled: false,
  persistAuthorization: false,
  validatorUrl: null,
  plugins: [
    ({ React }: { React: { createElement: CreateElement } }) => ({
      wrapComponents: {
        Markdown: () => ({ source }: { source?: string }) =>
          React.createElement('div', { className: 'markdown' }, ...markdown(source ?? '', React.createElement)),
      },
    }),
  ],
});

type CreateElement = (kind: string, attributes: Record<string, unknown> | null, ...children: unknown[]) => unknown;
