/* SPDX-License-Identifier: ISC
 * Text that people are shown: names, statements, reasons. One line of Unicode in which nothing hides. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include "base/bytes.h"

/* Is this text fit for people to see? It must be
 * - strict UTF-8 (RFC 3629) on one line: no control character (C0, C1, line and paragraph separator);
 * - without characters that cannot be seen or that turn the text round: default-ignorable ones (soft hyphen, zero width, joiners,
 *   variation selectors, tags, fillers), bidi controls, private use, noncharacters, and planes 4 to 16;
 * - in Unicode's form NFC (UAX #15), tested without normalising: see text.c. The test errs on the strict side: it also refuses some rare
 *   sequences that are NFC, such as a mark below an accented Latin letter, and a text that begins with a combining mark.
 * The empty text is fit. */
bool text_is_clean(struct slice text);

#endif
