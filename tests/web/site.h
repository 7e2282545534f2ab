/* SPDX-License-Identifier: ISC
 * The service's routes on a real store, in this process: for the tests of the API and the pages. Groups are those of tests/lib/folk.h;
 * background work is what a test does. */
#ifndef TESTS_WEB_SITE_H
#define TESTS_WEB_SITE_H

#include "tests/web/raw.h"

#include "tests/lib/folk.h"
#include "web/api.h"
#include "web/server.h"

struct site_under_test {
	struct realm *realm;
	struct site site;
	struct server *server;
	unsigned port;
};
/* For cmocka's group setup and teardown. */
int site_start(void **state);
int site_stop(void **state);

/* What came back. To be freed with said_back_free. */
struct said_back {
	struct raw_answer a;
	json_t *doc; /* of a JSON body, also a problem; NULL otherwise */
};
void said_back_free(struct said_back *b);
/* method and path; headers: further lines, each with CRLF, or NULL; body: JSON text, or NULL. */
struct said_back site_ask(struct site_under_test *s, const char *method, const char *path, const char *headers, const char *body);
/* A GET of this status, printf-like. */
struct said_back site_get(struct site_under_test *s, int status, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* A POST of a document, which is taken. */
struct said_back site_post(struct site_under_test *s, const char *path, json_t *doc);
/* The name of a problem: what follows its urn. "" when it is none. */
const char *site_problem(const struct said_back *b);
/* Asks and gives the status and, in `name` (of 48 bytes), the problem's name. */
int site_refusal(struct site_under_test *s, const char *method, const char *path, const char *body, char name[static 48]);
/* A string or number in a document, by JSON pointer of plain names and indices; fails the test when it is not there. */
const char *site_string(const json_t *doc, const char *pointer);
int64_t site_number(const json_t *doc, const char *pointer);

#endif
