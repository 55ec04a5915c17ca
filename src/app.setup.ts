import type { NestExpressApplication } from '@nestjs/platform-express';
import { SwaggerModule } from '@nestjs/swagger';
import compression from 'compression';
import type { NextFunction, Request, Response } from 'express';
import helmet from 'helmet';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { AccessControl } from './access/index.js';
import { jsonBody, NotFoundError, ProblemDetailsFilter } from './common/index.js';
import { Environment } from './config/index.js';
import { openApiDocument } from './openapi.js';

const PAGE_FOLDER = join(__dirname, 'studio');

/** Paths that are never the page's. */
const SERVER_PATHS = /^\/(v1|health|metrics|docs|openapi\.json)(\/|$)/;

/**
 * What the standalone server puts around the modules: body limits, security headers, Swagger and the page.
 * Create the application with `bodyParser: false` before. A host may call it too; the API needs none of it.
 */
export function setUpApp(app: NestExpressApplication): void {
  app.set('query parser', 'simple');
  app.use(helmet(securityHeaders));
  app.use(jsonBody());
  app.useGlobalFilters(new ProblemDetailsFilter());
  setUpDocumentation(app);
  if (app.get(Environment).PROCESS_ROLE === 'worker') app.use(refuseAllButHealth);
  else setUpPage(app);
}

const securityHeaders: Parameters<typeof helmet>[0] = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'self'"],
      scriptSrc: ["'self'"],
      // Mantine and Swagger UI set styles from their scripts.
      styleSrc: ["'self'", "'unsafe-inline'"],
      imgSrc: ["'self'", 'data:'],
      connectSrc: ["'self'"],
      objectSrc: ["'none'"],
      baseUri: ["'self'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
    },
  },
  // TLS ends at a proxy before us, which knows whether to promise it.
  strictTransportSecurity: false,
};

function setUpDocumentation(app: NestExpressApplication): void {
  const access = app.get(AccessControl);
  const admit = (request: Request, _response: Response, next: NextFunction) => {
    access.admit({ kind: 'operations' }, request.headers.authorization).then(() => next(), next);
  };
  app.use(['/docs', '/openapi.json'], admit);
  SwaggerModule.setup('docs', app, () => openApiDocument(app), {
    jsonDocumentUrl: 'openapi.json',
    yamlDocumentUrl: 'openapi.yaml',
    customSiteTitle: 'Chatbot Webhooks API',
  });
}

function setUpPage(app: NestExpressApplication): void {
  const index = join(PAGE_FOLDER, 'index.html');
  if (!existsSync(index)) return;
  const isPage = ({ method, path }: Request) =>
    (method === 'GET' || method === 'HEAD') && !SERVER_PATHS.test(path);
  app.use(compression());
  // Names of assets carry their hash; index.html must be asked for anew.
  app.useStaticAssets(join(PAGE_FOLDER, 'assets'), {
    prefix: '/assets/',
    immutable: true,
    maxAge: '1y',
    fallthrough: true,
  });
  app.useStaticAssets(PAGE_FOLDER, { index: 'index.html', maxAge: 0 });
  app.use((request: Request, response: Response, next: NextFunction) => {
    if (!isPage(request) || !request.accepts('html') || /\.\w+$/.test(request.path)) return next();
    response.setHeader('Cache-Control', 'no-cache');
    response.sendFile(index);
  });
}

/** A worker is no place for the API; its orchestrator wants to know how it is, though. */
function refuseAllButHealth(request: Request, _response: Response, next: NextFunction): void {
  next(
    /^\/(health|metrics)(\/|$)/.test(request.path)
      ? undefined
      : new NotFoundError('This route of a worker process'),
  );
}
