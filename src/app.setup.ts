import { Catch } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { SwaggerModule } from '@nestjs/swagger';
import compression from 'compression';
import {
  type NextFunction,
  type Request,
  type RequestHandler,
  type Response,
  static as serveStatic,
} from 'express';
import helmet from 'helmet';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { AccessControl, AccessOptions } from './access/index.js';
import { DomainError, jsonBody, NotFoundError, ProblemDetailsFilter } from './common/index.js';
import { Environment } from './config/index.js';
import { openApiDocument } from './openapi/index.js';

const PAGE_FOLDER = join(__dirname, 'studio');

/** Paths that are never the page's. */
const SERVER_PATHS = /^\/(v1|health|metrics|docs|openapi\.(json|yaml))(\/|$)/;

/** Paths of the page itself: the list of chatbots, a chatbot, and what they load. */
const PAGE_PATHS = /^\/($|index\.html$|icon\.svg$|(assets|chatbots)(\/|$))/;

/** What goes wrong in our code, wherever it was called from: a host's other errors stay the host's. */
@Catch(DomainError)
class DomainErrorFilter extends ProblemDetailsFilter {}

/**
 * What stands around the modules: body limits, security headers, Swagger at `/docs` and the page at `/`.
 *
 * A host may call it, after its own `useGlobal…()`, to have Swagger and the page; the API needs none of it. In a
 * host it touches our own paths only (`/`, `/chatbots`, `/assets`, `/docs`, `/openapi.json`, `/v1`, `/health`,
 * `/metrics`), and answers our errors as problem details wherever the host's routes let them through.
 */
export function setUpApp(app: NestExpressApplication): void {
  const isHosted = app.get(AccessOptions).undeclaredRoutes === 'leave';
  if (isHosted) {
    app.use(only(isOurPath, helmet(securityHeaders)));
    app.use('/v1', keepOutOfCaches);
    app.use('/v1', jsonBody());
    app.useGlobalFilters(new DomainErrorFilter());
  } else {
    app.set('query parser', 'simple');
    // Digests of answers, in which a client would see versions for If-Match. The settings set their own.
    app.set('etag', false);
    app.set('trust proxy', app.get(Environment).TRUST_PROXY);
    app.use(helmet(securityHeaders));
    app.use('/v1', keepOutOfCaches);
    app.use(jsonBody());
    app.useGlobalFilters(new ProblemDetailsFilter());
  }
  setUpDocumentation(app);
  if (app.get(Environment).PROCESS_ROLE !== 'worker') setUpPage(app, isHosted);
  else if (!isHosted) app.use(refuseAllButHealth);
}

const isPagePath = (path: string): boolean => PAGE_PATHS.test(path);
const isOurPath = (path: string): boolean => SERVER_PATHS.test(path) || isPagePath(path);

const only =
  (isMeant: (path: string) => boolean, handler: RequestHandler): RequestHandler =>
  (request, response, next) =>
    isMeant(request.path) ? handler(request, response, next) : next();

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
  xFrameOptions: { action: 'deny' },
  // TLS ends at a proxy before us, which knows whether to promise it.
  strictTransportSecurity: false,
};

/** What people typed into a chatbot has no place on the disk of whoever looked at it, nor an old answer a use. */
const keepOutOfCaches: RequestHandler = (_request, response, next) => {
  response.setHeader('Cache-Control', 'no-store');
  next();
};

function setUpDocumentation(app: NestExpressApplication): void {
  const access = app.get(AccessControl);
  const admit = (request: Request, _response: Response, next: NextFunction) => {
    access.admit({ kind: 'operations' }, request.headers.authorization).then(() => next(), next);
  };
  app.use(['/docs', '/openapi.json', '/openapi.yaml'], admit);
  SwaggerModule.setup('docs', app, () => openApiDocument(app), {
    jsonDocumentUrl: 'openapi.json',
    yamlDocumentUrl: 'openapi.yaml',
    customSiteTitle: 'Chatbot Webhooks API',
  });
}

function setUpPage(app: NestExpressApplication, isHosted: boolean): void {
  const index = join(PAGE_FOLDER, 'index.html');
  if (!existsSync(index)) return;
  // Names of assets carry their hash; index.html must be asked for anew.
  const assets = { immutable: true, maxAge: '1y', redirect: false };
  app.use(isHosted ? only(isPagePath, compression()) : compression());
  app.useStaticAssets(join(PAGE_FOLDER, 'assets'), { prefix: '/assets/', ...assets });
  app.use(only(isPagePath, serveStatic(PAGE_FOLDER, { maxAge: 0, redirect: false })));
  app.use((request: Request, response: Response, next: NextFunction) => {
    const isPage = isPagePath(request.path) ? request.accepts('html') : !isHosted && isLost(request);
    if (!isPage || !/^(GET|HEAD)$/.test(request.method) || /\.\w+$/.test(request.path)) return next();
    response.setHeader('Cache-Control', 'no-cache');
    response.sendFile(index);
  });
}

/** A person with a browser at no address of ours: the page says so better than problem+json. */
const isLost = (request: Request): boolean =>
  !SERVER_PATHS.test(request.path) && request.accepts('json', 'html') === 'html';

/** A worker is no place for the API; its orchestrator wants to know how it is, though. */
function refuseAllButHealth(request: Request, _response: Response, next: NextFunction): void {
  next(
    /^\/(health|metrics)(\/|$)/.test(request.path)
      ? undefined
      : new NotFoundError('This route of a worker process'),
  );
}
