export interface Snippet {
  language: string;
  code: string;
}

/** Receivers that verify a request, with this chatbot's header names in them. */
export function makeSnippets(headerPrefix: string): Snippet[] {
  const signature = `${headerPrefix}-Signature`;
  const deliveryId = `${headerPrefix}-Delivery-Id`;
  const phpName = (header: string) => `HTTP_${header.toUpperCase().replaceAll('-', '_')}`;
  return [
    {
      language: 'Node.js',
      code: `import { createHmac, timingSafeEqual } from 'node:crypto';
import express from 'express';

const app = express();

// The raw bytes: parsed and serialised again, they would not match.
app.use(express.raw({ type: 'application/json' }));

function isGenuine(body, signature) {
  const hmac = createHmac('sha256', process.env.WEBHOOK_SECRET);
  const expected = Buffer.from('sha256=' + hmac.update(body).digest('hex'));
  const received = Buffer.from(signature);
  return received.length === expected.length && timingSafeEqual(received, expected);
}

app.post('/webhooks', (req, res) => {
  const signature = req.get('${signature}') ?? '';
  if (!isGenuine(req.body, signature)) return res.sendStatus(401);

  res.sendStatus(204); // Answer first, then do the work.
  const event = JSON.parse(req.body);
  console.log(req.get('${deliveryId}'), event.eventType);
});

app.listen(8080);`,
    },
    {
      language: 'Python',
      code: `import hashlib, hmac, json, os
from flask import Flask, abort, request

app = Flask(__name__)

@app.post("/webhooks")
def receive():
    body = request.get_data()  # the raw bytes
    expected = "sha256=" + hmac.new(
        os.environ["WEBHOOK_SECRET"].encode(), body, hashlib.sha256
    ).hexdigest()
    received = request.headers.get("${signature}", "")
    if not hmac.compare_digest(expected.encode(), received.encode()):
        abort(401)

    event = json.loads(body)
    print(request.headers["${deliveryId}"], event["eventType"])
    return "", 204`,
    },
    {
      language: 'PHP',
      code: `<?php
$body = file_get_contents('php://input'); // the raw bytes
$expected = 'sha256=' . hash_hmac('sha256', $body, getenv('WEBHOOK_SECRET'));
$received = $_SERVER['${phpName(signature)}'] ?? '';

if (!hash_equals($expected, $received)) {
    http_response_code(401);
    exit;
}

http_response_code(204);
$event = json_decode($body, true);
error_log($_SERVER['${phpName(deliveryId)}'] . ' ' . $event['eventType']);`,
    },
    {
      language: 'Go',
      code: `package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"log"
	"net/http"
	"os"
)

func receive(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
	if err != nil {
		http.Error(w, "unreadable", http.StatusBadRequest)
		return
	}
	mac := hmac.New(sha256.New, []byte(os.Getenv("WEBHOOK_SECRET")))
	mac.Write(body)
	expected := "sha256=" + hex.EncodeToString(mac.Sum(nil))
	received := r.Header.Get("${signature}")
	if !hmac.Equal([]byte(expected), []byte(received)) {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	w.WriteHeader(http.StatusNoContent)
	log.Println(r.Header.Get("${deliveryId}"), string(body))
}

func main() {
	http.HandleFunc("/webhooks", receive)
	log.Fatal(http.ListenAndServe(":8080", nil))
}`,
    },
  ];
}
