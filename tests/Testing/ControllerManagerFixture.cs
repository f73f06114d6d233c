namespace Palisade.Testing;

/// <summary>As <see cref="ApiServerFixture"/>, with kube-controller-manager: garbage collection, removal of namespaces, service accounts.</summary>
public sealed class ControllerManagerFixture() : ApiServerFixture("--controller-manager");
