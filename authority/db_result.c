/* SPDX-License-Identifier: ISC
 * Parameters and results, in PostgreSQL's binary format (big endian). */
#include "authority/db.h"

#include <string.h>

/* Object identifiers of the built-in types (pg_type.dat). */
enum { OID_BOOL = 16, OID_BYTEA = 17, OID_INT8 = 20, OID_INT2 = 21, OID_INT4 = 23, OID_TEXT = 25 };

static void arg_raw(struct db_args *a, Oid type, const void *p, size_t n, int format)
{
	if (a->n >= DB_ARGS_MAX) {
		a->n = DB_ARGS_MAX + 1; /* db_run refuses it */
		return;
	}
	a->value[a->n] = p;
	a->length[a->n] = (int)n;
	a->format[a->n] = format;
	a->type[a->n] = type;
	a->n++;
}

static void arg_number(struct db_args *a, Oid type, uint64_t v, size_t n)
{
	uint8_t *to = a->n < DB_ARGS_MAX ? a->numbers[a->n] : NULL;

	for (size_t i = 0; to != NULL && i < n; i++)
		to[i] = (uint8_t)(v >> (8 * (n - 1 - i)));
	arg_raw(a, type, to, n, 1);
}

void arg_int4(struct db_args *a, int32_t v)
{
	arg_number(a, OID_INT4, (uint64_t)(int64_t)v, 4);
}

void arg_int8(struct db_args *a, int64_t v)
{
	arg_number(a, OID_INT8, (uint64_t)v, 8);
}

void arg_int2(struct db_args *a, int16_t v)
{
	arg_number(a, OID_INT2, (uint64_t)(int64_t)v, 2);
}

void arg_bool(struct db_args *a, bool v)
{
	arg_number(a, OID_BOOL, v, 1);
}

void arg_bytes(struct db_args *a, const void *p, size_t n)
{
	arg_raw(a, OID_BYTEA, n == 0 ? "" : p, n, 1);
}

void arg_digest(struct db_args *a, const struct digest *d)
{
	arg_raw(a, OID_BYTEA, d->b, sizeof(d->b), 1);
}

void arg_id16(struct db_args *a, const struct id16 *id)
{
	arg_raw(a, OID_BYTEA, id->b, sizeof(id->b), 1);
}

void arg_text(struct db_args *a, const char *s)
{
	arg_raw(a, 0, s, s == NULL ? 0 : strlen(s), 0);
}

void arg_null(struct db_args *a)
{
	arg_raw(a, 0, NULL, 0, 1);
}

/* ---- arrays */

static void array_element(struct db_array *a, uint32_t type, const void *p, size_t n)
{
	a->type = type;
	a->n++;
	buf_add_u32(&a->elements, (uint32_t)n);
	buf_add(&a->elements, p, n);
}

static void array_number(struct db_array *a, uint32_t type, uint64_t v, size_t n)
{
	uint8_t b[8];

	for (size_t i = 0; i < n; i++)
		b[i] = (uint8_t)(v >> (8 * (n - 1 - i)));
	array_element(a, type, b, n);
}

void array_int2(struct db_array *a, int16_t v)
{
	array_number(a, OID_INT2, (uint64_t)(int64_t)v, 2);
}

void array_int4(struct db_array *a, int32_t v)
{
	array_number(a, OID_INT4, (uint64_t)(int64_t)v, 4);
}

void array_int8(struct db_array *a, int64_t v)
{
	array_number(a, OID_INT8, (uint64_t)v, 8);
}

void array_bool(struct db_array *a, bool v)
{
	array_number(a, OID_BOOL, v, 1);
}

void array_bytes(struct db_array *a, const void *p, size_t n)
{
	array_element(a, OID_BYTEA, p, n);
}

void array_text(struct db_array *a, const char *s)
{
	if (s != NULL) {
		array_element(a, OID_TEXT, s, strlen(s));
		return;
	}
	a->type = OID_TEXT;
	a->n++;
	a->nulls = true;
	buf_add_u32(&a->elements, UINT32_MAX);
}

/* One dimension, from 1: dimensions, whether there are nulls, type of the elements, their number, the first index, the elements. */
bool arg_array(struct db_args *args, struct db_array *a, struct err *e)
{
	if (a->n == 0) {
		arg_text(args, "{}"); /* of any type */
		return true;
	}
	buf_add_u32(&a->whole, 1);
	buf_add_u32(&a->whole, a->nulls ? 1 : 0);
	buf_add_u32(&a->whole, a->type);
	buf_add_u32(&a->whole, a->n);
	buf_add_u32(&a->whole, 1);
	buf_add_slice(&a->whole, buf_slice(&a->elements));
	if (a->whole.failed || a->elements.failed)
		return err_memory(e);
	arg_raw(args, 0, a->whole.p, a->whole.n, 1);
	return true;
}

void array_free(struct db_array *a)
{
	buf_free(&a->whole);
	buf_free(&a->elements);
	memset(a, 0, sizeof(*a));
}

/* ---- results */

bool res_null(const PGresult *r, int row, int col)
{
	return PQgetisnull(r, row, col) != 0;
}

int64_t res_int(const PGresult *r, int row, int col)
{
	const struct slice s = res_bytes(r, row, col);
	uint64_t v = s.n > 0 && (s.p[0] & 0x80) != 0 ? UINT64_MAX : 0;

	for (size_t i = 0; i < s.n && i < 8; i++)
		v = v << 8 | s.p[i];
	return (int64_t)v;
}

bool res_bool(const PGresult *r, int row, int col)
{
	const struct slice s = res_bytes(r, row, col);

	return s.n == 1 && s.p[0] != 0;
}

struct slice res_bytes(const PGresult *r, int row, int col)
{
	if (res_null(r, row, col))
		return slice_of(NULL, 0);
	return slice_of(PQgetvalue(r, row, col), (size_t)PQgetlength(r, row, col));
}

bool res_digest(const PGresult *r, int row, int col, struct digest *out)
{
	const struct slice s = res_bytes(r, row, col);

	memset(out, 0, sizeof(*out));
	if (s.n != sizeof(out->b))
		return false;
	memcpy(out->b, s.p, sizeof(out->b));
	return true;
}

bool res_id16(const PGresult *r, int row, int col, struct id16 *out)
{
	const struct slice s = res_bytes(r, row, col);

	memset(out, 0, sizeof(*out));
	if (s.n != sizeof(out->b))
		return false;
	memcpy(out->b, s.p, sizeof(out->b));
	return true;
}

/* libpq puts a NUL behind every value. */
const char *res_text(const PGresult *r, int row, int col)
{
	return res_null(r, row, col) ? NULL : PQgetvalue(r, row, col);
}
