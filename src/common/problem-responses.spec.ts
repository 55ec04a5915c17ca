import { Controller, Get, Post } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { Test } from '@nestjs/testing';
import { ApiProblems } from './api-problems.decorator.js';
import { describeProblems } from './problem-responses.js';

@Controller('things')
@ApiProblems('unauthenticated')
class ThingsController {
  @Get()
  @ApiProblems('plan_required', 'rate_limited')
  @ApiProblems('insufficient_scope', 'rate_limited')
  list(): void {}

  @Post()
  create(): void {}
}

interface Answer {
  description: string;
  headers?: object;
  content: { 'application/problem+json': { schema: object; examples: Record<string, { value: object }> } };
}

it('documents every problem of a route, those of its controller too, one answer for each status', async () => {
  const testing = await Test.createTestingModule({ controllers: [ThingsController] }).compile();
  const app = testing.createNestApplication();
  const document = describeProblems(SwaggerModule.createDocument(app, new DocumentBuilder().build()));
  const { get, post } = document.paths['/things'] as Record<
    'get' | 'post',
    { responses: Record<string, Answer> }
  >;
  expect(Object.keys(get.responses)).toEqual(['200', '401', '403', '429']);
  expect(Object.keys(post.responses)).toEqual(['201', '401']);
  const forbidden = get.responses['403'] as Answer;
  const content = forbidden.content['application/problem+json'];
  expect(Object.keys(content.examples).sort()).toEqual(['insufficient_scope', 'plan_required']);
  expect(content.examples['plan_required']?.value).toMatchObject({
    status: 403,
    code: 'plan_required',
    instance: '/things',
  });
  expect(content.schema).toEqual({ $ref: '#/components/schemas/Problem' });
  expect(get.responses['429']?.headers).toHaveProperty('Retry-After');
  expect(document.components?.schemas).toHaveProperty('Problem');
  expect(JSON.stringify(document)).not.toContain('x-problems');
});
