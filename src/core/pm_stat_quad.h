/*
 * pm_stat_quad.h
 *		Gauss-Legendre nodes for the quadratures of this layer.
 */
#ifndef PM_STAT_QUAD_H
#define PM_STAT_QUAD_H

#include "pm_stat_types.h"

/* Nodes of one panel; exact for polynomials of degree 31. */
#define PM_QUAD_NODES 16

/* On (-1, 1), ascending. */
extern const double pm_quad_node[PM_QUAD_NODES];
extern const double pm_quad_weight[PM_QUAD_NODES];

/*
 * Spectral integration: the integral of a polynomial of degree 15 from -1 up
 * to node i is the sum over j of pm_quad_partial[i][j] f(node j).
 */
extern const double pm_quad_partial[PM_QUAD_NODES][PM_QUAD_NODES];

#endif							/* PM_STAT_QUAD_H */
