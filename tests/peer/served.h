/* SPDX-License-Identifier: ISC
 * A small HTTP server in a thread, which answers as a test tells it to. */
#ifndef TESTS_PEER_SERVED_H
#define TESTS_PEER_SERVED_H

#include <stdbool.h>
#include <stddef.h>

struct served_answer {
	int status;          /* 0: close without an answer; -1: no answer at all, until the client has gone */
	const char *headers; /* further ones, each with "\r\n" at its end; may be NULL */
	char *body;          /* malloc'ed, freed by the server; may be NULL */
	size_t n;            /* of body */
	size_t claimed;      /* Content-Length to send; 0: n */
};
/* Called in the server's thread, one request at a time. Strings end with it. */
typedef void served_handler(void *arg, const char *method, const char *path, const char *body, struct served_answer *out);

struct served;
/* Listens on a free loopback port. Ends the program when it cannot. */
struct served *served_start(served_handler *handler, void *arg);
/* "http://127.0.0.1:PORT" */
const char *served_url(const struct served *s);
/* How many requests came in so far. */
unsigned served_count(const struct served *s);
void served_stop(struct served *s);

/* Sets status and a copy of a text as body. */
void served_say(struct served_answer *out, int status, const char *text);

#endif
