/* SPDX-License-Identifier: ISC
 * What all payloads share: {kind, format, genesis, ..., extensions}, and opening a signed one. */
#ifndef CHARTER_OBJECT_H
#define CHARTER_OBJECT_H

#include "base/at.h"
#include "base/jws.h"
#include "charter/kind.h"

enum { OBJECT_FORMAT = 1, EXTENSIONS_MAX = 16 };

/* A payload that has been read: its document, its identity and the group that it speaks of. */
struct object {
	json_t *doc;           /* owned */
	struct digest digest;  /* SHA-256(kind ‖ 0 ‖ payload) */
	struct digest genesis; /* zero in a charter of version 1 */
};

/* Reads a payload: strict JSON of the kind, format 1, genesis, extensions, and no member beside those of `members`
 * (NULL-terminated, without the common four). Errors: json_read's, "wrong_kind", "wrong_format", "unknown_extension", at_*'s.
 * On success *at is the document's root (its e is `e`) and *out must be passed to object_free. */
bool object_read(const char *kind, struct slice payload, const char *const *members, struct object *out, struct at *at, struct err *e);
/* The same for the payload of an envelope, whose typ must fit ("wrong_typ"). Signatures are not looked at. */
bool object_open(const char *kind, const struct jws *j, const char *const *members, struct object *out, struct at *at, struct err *e);
void object_free(struct object *o);

/* Begins a payload: {"kind":..., "format":1, "genesis":...}; genesis NULL leaves it out. NULL when out of memory. */
json_t *object_begin(const char *kind, const struct digest *genesis);
/* Set a member to a value in the project's writing; false when out of memory (and o may be NULL then). */
bool object_set_digest(json_t *o, const char *name, const struct digest *d);
bool object_set_id16(json_t *o, const char *name, const struct id16 *id);
bool object_set_thumb(json_t *o, const char *name, const struct digest *thumb);
bool object_set_int(json_t *o, const char *name, int64_t v);
bool object_set_string(json_t *o, const char *name, const char *s);
bool object_set_base64(json_t *o, const char *name, struct slice bytes);
bool object_set_key(json_t *o, const char *name, const struct sig_pub *k);
/* A document that stays the caller's; NULL sets nothing. */
bool object_set_part(json_t *o, const char *name, const json_t *part);
/* {"size":..., "root":...} */
bool object_set_tree(json_t *o, const char *name, uint64_t size, const struct digest *root);
bool at_tree(const struct at *at, const char *name, uint64_t *size, struct digest *root);
/* The part of an object that belongs to the charter's voting scheme: the optional member "scheme", an object whose content no reader but
 * that scheme knows. Borrowed from the document; NULL when there is none. */
bool at_scheme(const struct at *at, const json_t **out);
/* A member that holds a JWK; a member that holds an envelope. */
bool at_key(const struct at *at, const char *name, struct sig_pub *out);
bool at_jws(const struct at *at, const char *name, struct jws *out);

/* Writes and frees the payload document, signs it with one key: an envelope. NULL with e set. Takes o (also on failure; NULL is
 * "no_memory"). */
json_t *object_sign(struct crypto *c, const char *kind, json_t *o, const struct sig_key *k, struct err *e);

#endif
