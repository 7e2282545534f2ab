/* SPDX-License-Identifier: ISC
 * Boards of ceremonies that run, as they stand after their last post: reading a board again for each post would take ever longer. What is
 * here is only ever what the store has, so it may be lost at any time. Shared by all workers. */
#ifndef AUTHORITY_BOARDS_H
#define AUTHORITY_BOARDS_H

#include "authority/store_ceremony.h"
#include "voting/course.h"

/* A ceremony and its board, read up to the last post that the store has. */
struct running {
	int32_t g;
	struct ceremony *ceremony; /* owned */
	struct transcript *base;   /* owned; that it goes on from, or NULL */
	struct buf *bytes;         /* of each item that is to be signed; owned, or NULL */
	struct slice *messages;    /* the same; owned */
	struct course course;      /* owned */
	struct digest last;        /* its last post */
};
void running_free(struct running *r);

/* No board yet. "no_memory" */
struct boards *boards_new(struct err *e);
void boards_free(struct boards *b);

/* The board of a ceremony whose row the caller holds locked (store_ceremony_load, with its envelope), and which is the caller's now:
 * nobody else sees it. To be given back once its transaction is committed, or freed. NULL with e set: db_run's, "no_memory",
 * "database_error". */
struct running *boards_take(struct worker *w, int32_t g, const struct stored_ceremony *row, struct slice doc, struct err *e);
void boards_give(struct worker *w, struct running *r);

#endif
