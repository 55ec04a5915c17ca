import { Component, type ReactNode } from 'react';
import { ErrorState } from './ErrorState';

interface ErrorBoundaryState {
  problem: unknown;
}

/** A bug of the page, or a part of it that could not be loaded: says so instead of going blank. */
export class ErrorBoundary extends Component<{ children: ReactNode }, ErrorBoundaryState> {
  override state: ErrorBoundaryState = { problem: null };

  static getDerivedStateFromError(problem: unknown): ErrorBoundaryState {
    return { problem };
  }

  override render() {
    if (this.state.problem === null) return this.props.children;
    return (
      <ErrorState
        title="This page ran into a problem"
        problem={this.state.problem}
        onRetry={() => window.location.reload()}
      />
    );
  }
}
