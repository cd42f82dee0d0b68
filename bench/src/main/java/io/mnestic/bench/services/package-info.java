/**
 * The three services: started as processes of their own or found where they run, and their clients.
 */
@NullMarked
package io.mnestic.bench.services;

import org.jspecify.annotations.NullMarked;
