using Palisade.Testing;

[assembly: AssemblyFixture(typeof(ApiServerFixture))]
