/* SPDX-License-Identifier: ISC
 * What all pages share: head, foot, and pieces of words. */
#ifndef WEB_PAGE_SHELL_H
#define WEB_PAGE_SHELL_H

#include "web/api.h"
#include "web/page.h"

/* Everything up to <main>, and everything behind it. */
void page_begin(struct buf *out, const char *title);
/* The same, with further files of asset.h in the head, by their names: style sheets and modules. NULL ends the list. */
void page_begin_with(struct buf *out, const char *title, const char *const *files);
void page_end(struct buf *out);

/* A page for people about a refusal, with its status. */
void page_problem(struct reply *r, const struct err *e);

/* Strings and numbers of a document of authority/read.h: "" and 0 where there are none. */
const char *page_string(const json_t *doc, const char *name);
int64_t page_int(const json_t *doc, const char *name);
/* "1 member", "3 members". */
void page_count(struct buf *out, int64_t n, const char *one, const char *many);
/* A text element: <p class="c">text</p>. cls NULL: none. */
void page_element(struct buf *out, const char *tag, const char *cls, const char *text);
/* One of the numbers at the top of a page. */
void page_fact(struct buf *out, const char *name, int64_t value);

/* <input type="hidden"> */
void page_hidden(struct buf *out, const char *name, const char *value);

void page_get_home(void *ctx, const struct request *q, struct reply *r);
void page_get_group(void *ctx, const struct request *q, struct reply *r);
void page_get_challenges(void *ctx, const struct request *q, struct reply *r);
void page_post_challenges(void *ctx, const struct request *q, struct reply *r);

#endif
