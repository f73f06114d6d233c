using System.Collections.Immutable;
using Palisade.Cli.Manifests;

namespace Palisade.Cli.Lint;

/// <summary>A policy that was looked at.</summary>
/// <param name="Name">Its kind and name.</param>
/// <param name="Position">Where it begins.</param>
/// <param name="Findings">What was found, in the order of the document.</param>
internal sealed record LintedPolicy(string Name, ManifestPosition Position, ImmutableArray<LintFinding> Findings);
