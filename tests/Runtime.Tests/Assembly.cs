[assembly: AssemblyFixture(typeof(ApiServerFixture))]
