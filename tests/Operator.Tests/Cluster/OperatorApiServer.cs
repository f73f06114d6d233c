using Palisade.Testing;

namespace Palisade.Operator.Tests.Cluster;

/// <summary>An API server that knows the operator's service account, and writes down what it asks.</summary>
public sealed class OperatorApiServer(params string[] options)
    : ApiServerFixture(["--audit", .. TokenFor("operator", "palisade-system"), .. options]);
