/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/* A form that counts the letters of its fields. */
#ifndef LAB_FORM_H
#define LAB_FORM_H

unsigned int form_fill(const char *text, unsigned int length);

#endif
